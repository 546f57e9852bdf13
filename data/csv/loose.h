// SPDX-License-Identifier: MPL-2.0
// One record, parsed by the rules of lenient.h.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "data/csv/piece.h"

typedef struct {
    char delimiter;
    char quote;
    size_t limit;  // fields beyond it are counted, not kept
    buf_t values;  // of the kept fields
    buf_t fields;  // of csv_field_t, into `values`
    size_t count;  // fields
    size_t opened; // where the last field begins, which is the one at fault
} loose_t;

typedef enum {
    LOOSE_MORE,     // the record does not end in these bytes
    LOOSE_DONE,     // it is complete
    LOOSE_UNCLOSED, // a quote is never closed
    LOOSE_LARGE,    // a field is too large
} loose_end_t;

// Parses the record at the beginning of the bytes; `whole` tells that the text ends with them.
// *ret_size is its size with the first byte of its line end, when it is complete.
loose_end_t loose_parse(loose_t *loose, const char *bytes, size_t size, bool whole,
                        size_t *ret_size);

// The kept fields, and their values' bytes.
static inline const csv_field_t *loose_fields(const loose_t *loose)
{
    return (const csv_field_t *)(const void *)loose->fields.data;
}

void loose_release(loose_t *loose);
