// SPDX-License-Identifier: MPL-2.0
#include "model/pickle/records.h"

#include <endian.h>
#include <string.h>

#include "model/pickle/pickle.h"

static void bytes_begin(buf_t *out, size_t size)
{
    uint64_t ordered = htole64(size);
    buf_add(out, "\x96", 1); // BYTEARRAY8
    buf_add(out, &ordered, sizeof ordered);
}

void pickle_records(buf_t *out, size_t count, const record_field_t *fields, size_t fields_count,
                    size_t size)
{
    pickle_global(out, "numpy", "ndarray");
    pickle_tuple(out);
    pickle_integer(out, (int64_t)count);
    pickle_list(out);
    for (size_t i = 0; i < fields_count; i++) {
        pickle_tuple(out);
        pickle_text(out, fields[i].name);
        pickle_text(out, fields[i].code);
        pickle_tuple_end(out);
    }
    pickle_list_end(out);
    bytes_begin(out, count * size);
}

void pickle_records_end(buf_t *out)
{
    pickle_tuple_end(out);
    pickle_call(out);
}

void record_integer(buf_t *out, int64_t value)
{
    uint64_t ordered = htole64((uint64_t)value);
    buf_add(out, &ordered, sizeof ordered);
}

void record_double(buf_t *out, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    record_integer(out, (int64_t)bits);
}

void record_byte(buf_t *out, uint8_t value)
{
    buf_add(out, &value, 1);
}

void pickle_cube(buf_t *out, size_t rows, size_t columns)
{
    pickle_global(out, "numpy", "ndarray");
    pickle_tuple(out);
    pickle_tuple(out);
    pickle_integer(out, (int64_t)rows);
    pickle_integer(out, 1);
    pickle_integer(out, (int64_t)columns);
    pickle_tuple_end(out);
    pickle_text(out, "<f8");
    bytes_begin(out, rows * columns * sizeof(double));
}
