// SPDX-License-Identifier: MPL-2.0
#include "model/core/random.h"

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

random_t random_new(uint64_t seed)
{
    random_t random;
    for (int i = 0; i < 4; i++) {
        random.state[i] = splitmix64(&seed);
    }
    return random;
}

uint64_t random_next(random_t *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t random_below(random_t *random, uint64_t below)
{
    uint64_t unfair = (UINT64_MAX - below + 1) % below; // 2^64 mod below: so many are too many
    uint64_t x;
    do {
        x = random_next(random);
    } while (x < unfair);
    return x % below;
}

void random_shuffle(random_t *random, size_t *items, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)random_below(random, i);
        size_t item = items[i - 1];
        items[i - 1] = items[j];
        items[j] = item;
    }
}
