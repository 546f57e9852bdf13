// SPDX-License-Identifier: MPL-2.0
// What inspecting a table learns of one column.
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "data/field.h"
#include "data/csv/reader.h"
#include "data/value/levels.h"
#include "data/value/moments.h"

enum { PROFILE_EXAMPLES = 3 };

typedef struct {
    type_t type; // the narrowest that fits all values so far
    int64_t rows;
    int64_t missing;
    moments_t block;
    moments_t moments;
    int64_t least; // of integers, exact
    int64_t most;
    levels_t *levels; // texts of the distinct values; NULL when there are too many
    size_t distinct;  // how many there were then
    char *examples[PROFILE_EXAMPLES];
} profile_t;

// A profile that counts distinct values in about `levels_bytes` bytes of memory.
profile_t profile_new(size_t levels_bytes);

// Adds a row's field.
void profile_add(profile_t *profile, const reader_field_t *field);

// Ends a block of rows.
void profile_end_block(profile_t *profile);

// The column's part of a description. A new reference.
json_t *profile_to_json(profile_t *profile, const char *name);

void profile_release(profile_t *profile);
