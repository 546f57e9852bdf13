// SPDX-License-Identifier: MPL-2.0
// What an import learns of one column, chunk by chunk, in order.
#pragma once

#include <jansson.h>
#include <stdatomic.h>
#include <stdint.h>

#include "data/frame/chunk_build.h"

enum {
    COLUMN_DISTINCT_MAX = 50000,      // distinct values are counted exactly up to here,
    COLUMN_DISTINCT_BYTES = 64 << 20, // and while all columns together need no more than this
    COLUMN_EXAMPLES = 3,
    COLUMN_EXAMPLE_BYTES = 40,   // longer examples are cut
    COLUMN_CATEGORY_LEVELS = 50, // a text column with more distinct values is no category
};

typedef struct {
    int64_t rows;
    int64_t counts[CELL_CLASSES];
    int64_t first[CELL_CLASSES]; // row, counted from 1; 0: none
    char *values[CELL_CLASSES];  // the text of that cell, cut
    unsigned kinds;              // chunk kinds there were, a bit each
    moments_t moments;
    int64_t least; // of INTEGER, DATE and DATETIME chunks
    int64_t most;
    uint32_t shortest;
    uint32_t longest;
    uint64_t *slots; // distinct hashes; NULL before the first and after the limit
    size_t slots_count;
    size_t distinct;
    size_t distinct_max;
    char *examples[COLUMN_EXAMPLES];
    size_t examples_count;
    atomic_bool counting; // whether the next chunks' hashes are wanted
} column_facts_t;

// Facts of one among `columns` columns.
void column_facts_init(column_facts_t *facts, size_t columns);

// Adds a chunk whose first row is `row`, counted from 0; `texts` are its cells.
void column_facts_add(column_facts_t *facts, const chunk_facts_t *chunk, const text_t *texts,
                      size_t rows, int64_t row);

// The type that all cells have: the declared one, else the narrowest.
type_t column_facts_type(const column_facts_t *facts, const cell_rules_t *rules);

// The column's part of a description. A new reference.
json_t *column_facts_json(const column_facts_t *facts, const cell_rules_t *rules, const char *name);

void column_facts_release(column_facts_t *facts);
