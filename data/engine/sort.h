// SPDX-License-Identifier: MPL-2.0
// Sorting more rows than memory holds: records with a key, in order of their keys; equal keys keep
// the order in which they came. Runs that fill the memory are sorted, written to a file without a
// name, and merged at the end (D. E. Knuth, "The Art of Computer Programming", vol. 3, 5.4).
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/fault.h"
#include "data/value/vector.h"

enum {
    SORT_MEMORY = 128 << 20,     // bytes of records before a run is written
    SORT_READ_BYTES = 128 << 10, // read at once of each run
};

// How one column sorts. Missing cells stand at the same end in either direction.
typedef struct {
    bool descending;
    bool missing_first;
} sort_order_t;

typedef struct sorter sorter_t;

// No records yet; about `memory` bytes of them are held.
sorter_t *sort_new(size_t memory);

// Begins a record at the end of `out`; what is appended until sort_body is its key. Returns where
// it begins.
size_t sort_begin(buf_t *out);

// Appends a cell to the key: keys compare by memcmp as their cells do by value, texts by bytes.
void sort_cell(buf_t *out, const vector_t *vector, size_t i, const sort_order_t *order);

// Ends the key of the record that begins at `record`; what is appended until sort_end is its body.
void sort_body(buf_t *out, size_t record);
void sort_end(buf_t *out, size_t record);

// Takes whole records in. Errors: IO, FULL.
err_t sort_add(sorter_t *sorter, const buf_t *records, fault_t *fault);

// Gives the bodies in order; a body holds until `take` returns. Nothing is added afterwards.
// Errors: IO, FULL, those of `take`.
typedef err_t (*sort_take_fn)(void *context, const char *body, size_t size, fault_t *fault);
err_t sort_merge(sorter_t *sorter, sort_take_fn take, void *context, fault_t *fault);

void sort_destroy(sorter_t **sorter);
