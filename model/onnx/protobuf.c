// SPDX-License-Identifier: MPL-2.0
#include "model/onnx/protobuf.h"

#include <endian.h>
#include <string.h>

// How a field's value is laid out, the low three bits of its key.
enum { WIRE_VARINT = 0, WIRE_SIZED = 2, WIRE_FIXED32 = 5 };

enum { VARINT_SIZE_MAX = 10 };

// Writes seven bits a byte, the low ones first; returns where it ends.
static char *put_varint(char *to, uint64_t value)
{
    while (value >= 0x80) {
        *to++ = (char)(value | 0x80);
        value >>= 7;
    }
    *to++ = (char)value;
    return to;
}

static void varint(buf_t *out, uint64_t value)
{
    char bytes[VARINT_SIZE_MAX];
    buf_add(out, bytes, (size_t)(put_varint(bytes, value) - bytes));
}

static size_t varint_size(uint64_t value)
{
    size_t size = 1;
    while (value >= 0x80) {
        value >>= 7;
        size++;
    }
    return size;
}

static void key(buf_t *out, uint32_t field, unsigned wire)
{
    varint(out, (uint64_t)field << 3 | wire);
}

static void fixed32(buf_t *out, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits = htole32(bits);
    buf_add(out, &bits, sizeof bits);
}

void protobuf_integer(buf_t *out, uint32_t field, int64_t value)
{
    key(out, field, WIRE_VARINT);
    varint(out, (uint64_t)value);
}

void protobuf_float(buf_t *out, uint32_t field, float value)
{
    key(out, field, WIRE_FIXED32);
    fixed32(out, value);
}

void protobuf_bytes(buf_t *out, uint32_t field, const void *bytes, size_t size)
{
    key(out, field, WIRE_SIZED);
    varint(out, size);
    buf_add(out, bytes, size);
}

void protobuf_text(buf_t *out, uint32_t field, const char *text)
{
    protobuf_bytes(out, field, text, strlen(text));
}

void protobuf_message(buf_t *out, uint32_t field, const buf_t *message)
{
    protobuf_bytes(out, field, message->data, message->size);
}

void protobuf_integers(buf_t *out, uint32_t field, const int64_t *values, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size += varint_size((uint64_t)values[i]);
    }
    key(out, field, WIRE_SIZED);
    varint(out, size);
    char *to = buf_reserve(out, size);
    for (size_t i = 0; i < count; i++) {
        to = put_varint(to, (uint64_t)values[i]);
    }
    out->size += size;
}

void protobuf_floats(buf_t *out, uint32_t field, const double *values, size_t count)
{
    key(out, field, WIRE_SIZED);
    varint(out, count * sizeof(float));
    buf_reserve(out, count * sizeof(float));
    for (size_t i = 0; i < count; i++) {
        fixed32(out, (float)values[i]);
    }
}
