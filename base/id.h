// SPDX-License-Identifier: MPL-2.0
// Ids: a prefix that tells the kind ("ds_", "jb_", ...) and a lowercase ULID
// (https://github.com/ulid/spec).
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { ID_SIZE = 32 }; // prefix of at most 5 characters, 26 of ULID, terminator

// A new id: 48 bits of wall time and 80 random bits from the kernel.
void id_new(char id[ID_SIZE], const char *prefix);

// Whether `id` is the prefix and 26 characters of lowercase Crockford base 32.
bool id_valid(const char *id, const char *prefix);
