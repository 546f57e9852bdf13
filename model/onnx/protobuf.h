// SPDX-License-Identifier: MPL-2.0
// Writes protobuf messages (https://protobuf.dev/programming-guides/encoding/) field by field, as
// much of it as ONNX needs. Messages are written here and never read.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

// Appends a field that holds an integer, negative ones in ten bytes, as int64 and int32 have them.
void protobuf_integer(buf_t *out, uint32_t field, int64_t value);

// Appends a field that holds a single-precision number.
void protobuf_float(buf_t *out, uint32_t field, float value);

// Appends a field that holds bytes, a text (UTF-8), or a whole message.
void protobuf_bytes(buf_t *out, uint32_t field, const void *bytes, size_t size);
void protobuf_text(buf_t *out, uint32_t field, const char *text);
void protobuf_message(buf_t *out, uint32_t field, const buf_t *message);

// Appends a packed field: integers, or numbers rounded to single precision.
void protobuf_integers(buf_t *out, uint32_t field, const int64_t *values, size_t count);
void protobuf_floats(buf_t *out, uint32_t field, const double *values, size_t count);
