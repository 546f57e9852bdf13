// SPDX-License-Identifier: MPL-2.0
// The row a reader is working on: where its fields lie, as offsets while the bytes may still move,
// as pointers when it is complete.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "data/csv/reader.h"

typedef struct {
    size_t raw; // offset in the row
    size_t raw_size;
    size_t copy; // offset in `copies`, for a value that is not a part of the raw bytes
    size_t size;
} record_place_t;

typedef struct {
    record_place_t *places;
    reader_field_t *fields;
    size_t capacity;
    size_t limit; // fields beyond it are counted, not kept
    size_t count;
    size_t next;  // offset of the next field's first raw byte
    buf_t copies; // values of fields with doubled quotes
    bool complete;
} record_t;

// Starts a row.
void record_clear(record_t *record);

// Adds the field whose raw bytes end before the row's offset `raw_end`; `text` is its value (NULL:
// empty).
void record_add(record_t *record, const char *text, size_t size, size_t raw_end);

// The kept fields, as pointers into the row's bytes at `base`; they hold until the next clear.
const reader_field_t *record_fields(record_t *record, const char *base);

// The number of fields that are kept.
size_t record_kept(const record_t *record);

void record_release(record_t *record);
