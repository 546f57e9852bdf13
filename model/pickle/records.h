// SPDX-License-Identifier: MPL-2.0
// numpy arrays of records, and of three dimensions.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

// A field of a record: its name and numpy's code ("<i8", "<f8", "|u1").
typedef struct {
    const char *name;
    const char *code;
} record_field_t;

// Opens an array of `count` records of `size` bytes, the fields one behind the other. The caller
// appends the records, and closes it.
void pickle_records(buf_t *out, size_t count, const record_field_t *fields, size_t fields_count,
                    size_t size);
void pickle_records_end(buf_t *out);

// Appends a field: the low 8 bytes of a number, a double, a byte.
void record_integer(buf_t *out, int64_t value);
void record_double(buf_t *out, double value);
void record_byte(buf_t *out, uint8_t value);

// Opens an array of doubles, `rows` x 1 x `columns`. The caller appends them by record_double, and
// closes it by pickle_records_end.
void pickle_cube(buf_t *out, size_t rows, size_t columns);
