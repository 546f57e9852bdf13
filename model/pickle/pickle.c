// SPDX-License-Identifier: MPL-2.0
#include "model/pickle/pickle.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void op(buf_t *out, char code)
{
    buf_add(out, &code, 1);
}

// Appends the low `size` bytes of a number, little-endian whatever the machine.
static void little(buf_t *out, uint64_t value, size_t size)
{
    uint64_t ordered = htole64(value);
    buf_add(out, &ordered, size);
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

void pickle_begin(buf_t *out)
{
    op(out, '\x80'); // PROTO
    op(out, 5);
}

void pickle_end(buf_t *out)
{
    op(out, '.');
}

void pickle_global(buf_t *out, const char *module, const char *name)
{
    buf_addf(out, "c%s\n%s\n", module, name);
}

void pickle_none(buf_t *out)
{
    op(out, 'N');
}

void pickle_bool(buf_t *out, bool value)
{
    op(out, value ? '\x88' : '\x89');
}

void pickle_integer(buf_t *out, int64_t value)
{
    if (value >= 0 && value <= UINT8_MAX) {
        op(out, 'K'); // BININT1
        little(out, (uint64_t)value, 1);
    } else if (value >= INT32_MIN && value <= INT32_MAX) {
        op(out, 'J'); // BININT
        little(out, (uint64_t)value, 4);
    } else {
        op(out, '\x8a'); // LONG1, two's complement
        op(out, 8);
        little(out, (uint64_t)value, 8);
    }
}

void pickle_float(buf_t *out, double value)
{
    uint64_t ordered = htobe64(bits_of(value));
    op(out, 'G'); // BINFLOAT, big-endian
    buf_add(out, &ordered, sizeof ordered);
}

void pickle_text(buf_t *out, const char *text)
{
    size_t size = strlen(text);
    bool is_short = size <= UINT8_MAX;
    op(out, is_short ? '\x8c' : 'X'); // SHORT_BINUNICODE, BINUNICODE
    little(out, size, is_short ? 1 : 4);
    buf_add(out, text, size);
}

void pickle_tuple(buf_t *out)
{
    op(out, '(');
}

void pickle_tuple_end(buf_t *out)
{
    op(out, 't');
}

void pickle_list(buf_t *out)
{
    op(out, ']');
    op(out, '(');
}

void pickle_list_end(buf_t *out)
{
    op(out, 'e');
}

void pickle_dict(buf_t *out)
{
    op(out, '}');
    op(out, '(');
}

void pickle_dict_end(buf_t *out)
{
    op(out, 'u');
}

void pickle_call(buf_t *out)
{
    op(out, 'R');
}

void pickle_new(buf_t *out, const char *module, const char *name)
{
    pickle_global(out, module, name);
    op(out, ')');
    op(out, 'R');
}

void pickle_build(buf_t *out)
{
    op(out, 'b');
}

// Announces the bytes of a bytearray, which the caller appends.
static void bytes_begin(buf_t *out, size_t size)
{
    op(out, '\x96'); // BYTEARRAY8
    little(out, size, 8);
}

void pickle_bytes(buf_t *out, const void *data, size_t size)
{
    bytes_begin(out, size);
    buf_add(out, data, size);
}

// numpy.ndarray(shape, dtype, bytearray): the constructor gives a writable array in every numpy,
// and no private name is needed. The caller appends the `size` bytes of data, then ends the array.
static void array_begin(buf_t *out, size_t rows, size_t columns, const char *dtype, size_t size)
{
    pickle_global(out, "numpy", "ndarray");
    pickle_tuple(out);
    pickle_tuple(out);
    pickle_integer(out, (int64_t)rows);
    if (columns > 0) {
        pickle_integer(out, (int64_t)columns);
    }
    pickle_tuple_end(out);
    pickle_text(out, dtype);
    bytes_begin(out, size);
}

static void array_end(buf_t *out)
{
    pickle_tuple_end(out);
    pickle_call(out);
}

void pickle_doubles(buf_t *out, const double *data, size_t rows, size_t columns)
{
    size_t count = rows * (columns > 0 ? columns : 1);
    array_begin(out, rows, columns, "<f8", count * 8);
    for (size_t i = 0; i < count; i++) {
        little(out, bits_of(data[i]), 8);
    }
    array_end(out);
}

void pickle_int32s(buf_t *out, const int32_t *data, size_t count)
{
    array_begin(out, count, 0, "<i4", count * 4);
    for (size_t i = 0; i < count; i++) {
        little(out, (uint64_t)data[i], 4);
    }
    array_end(out);
}

void pickle_int64s(buf_t *out, const int64_t *data, size_t count)
{
    array_begin(out, count, 0, "<i8", count * 8);
    for (size_t i = 0; i < count; i++) {
        little(out, (uint64_t)data[i], 8);
    }
    array_end(out);
}

void pickle_bools(buf_t *out, const int64_t *data, size_t count)
{
    array_begin(out, count, 0, "|b1", count);
    for (size_t i = 0; i < count; i++) {
        little(out, data[i] != 0, 1);
    }
    array_end(out);
}

// Decodes the UTF-8 text, which is valid; returns the number of characters.
static size_t decode(const char *text, uint32_t *to)
{
    size_t count = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c; count++) {
        size_t more = *c >= 0xF0 ? 3 : *c >= 0xE0 ? 2 : *c >= 0xC0 ? 1 : 0;
        uint32_t point = more ? *c & (0x3FU >> more) : *c;
        for (c++; more > 0; more--, c++) {
            point = point << 6 | (*c & 0x3FU);
        }
        to[count] = point;
    }
    return count;
}

void pickle_unicodes(buf_t *out, const char *const *texts, size_t count)
{
    size_t longest = 1;
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(texts[i]);
        longest = size > longest ? size : longest;
    }
    uint32_t *points = mem_array(longest, sizeof *points);
    size_t width = 1;
    for (size_t i = 0; i < count; i++) {
        size_t size = decode(texts[i], points);
        width = size > width ? size : width;
    }
    char dtype[32];
    snprintf(dtype, sizeof dtype, "<U%zu", width);
    array_begin(out, count, 0, dtype, count * width * 4);
    for (size_t i = 0; i < count; i++) {
        size_t size = decode(texts[i], points);
        for (size_t j = 0; j < width; j++) {
            little(out, j < size ? points[j] : 0, 4);
        }
    }
    array_end(out);
    free(points);
}

void pickle_objects(buf_t *out)
{
    pickle_global(out, "numpy", "array");
    pickle_tuple(out);
    pickle_list(out);
}

void pickle_objects_end(buf_t *out)
{
    pickle_list_end(out);
    pickle_text(out, "O");
    array_end(out);
}

void pickle_dtype(buf_t *out, const char *code)
{
    pickle_global(out, "numpy", "dtype");
    pickle_tuple(out);
    pickle_text(out, code);
    array_end(out);
}
