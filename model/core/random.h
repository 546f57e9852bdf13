// SPDX-License-Identifier: MPL-2.0
// Random numbers that are the same everywhere for the same seed.
#pragma once

#include <stddef.h>
#include <stdint.h>

// xoshiro256** seeded by splitmix64 (D. Blackman and S. Vigna, https://prng.di.unimi.it, public
// domain).
typedef struct {
    uint64_t state[4];
} random_t;

random_t random_new(uint64_t seed);

// The next 64 bits.
uint64_t random_next(random_t *random);

// A number from 0 to below - 1, each as likely as the others; `below` is above 0.
uint64_t random_below(random_t *random, uint64_t below);

// Puts the items in random order (Fisher-Yates).
void random_shuffle(random_t *random, size_t *items, size_t count);
