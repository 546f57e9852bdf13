// SPDX-License-Identifier: MPL-2.0
// The headers of ADP/1, made from envelope.def: hdr_hello_t and so on, HDR_HELLO, and a schema
// each.
#pragma once

#include "proto/codec.h"
#include "proto/limits.h"

enum { ADP_VERSION = 1 };

#define FIELD_TYPE_VIEW view_t
#define FIELD_TYPE_STR const char *
#define FIELD_TYPE_INT int64_t
#define FIELD_TYPE_BOOL bool
#define FIELD_TYPE_REAL double
#define FIELD_TYPE_DOC json_t *

typedef enum {
#define HEADER(name, number, sender, frames) HDR_##name = (number),
#define ITEM(header, kind, name, limit, required)
#define HEADER_END(name)
#include "proto/envelope.def"
#undef HEADER
#undef ITEM
#undef HEADER_END
} header_kind_t;

// A header without fields still has a byte, so that every header is a C struct.
#define HEADER(name, number, sender, frames)                                                       \
    typedef struct {                                                                               \
        char none;
#define ITEM(header, kind, name, limit, required) FIELD_TYPE_##kind name;
#define HEADER_END(name)                                                                           \
    }                                                                                              \
    hdr_##name##_t;
#include "proto/envelope.def"
#undef HEADER
#undef ITEM
#undef HEADER_END

// One of any header, with its kind.
typedef struct {
    header_kind_t kind;
    union {
#define HEADER(name, number, sender, frames) hdr_##name##_t name;
#define ITEM(header, kind, name, limit, required)
#define HEADER_END(name)
#include "proto/envelope.def"
#undef HEADER
#undef ITEM
#undef HEADER_END
    };
} header_t;

typedef struct {
    schema_t schema;
    const char *sender; // "C" or "S"
    const char *frames; // what may follow: "", "m", "p" or "mp"
} header_row_t;

// The row for a kind; NULL when there is none.
const header_row_t *envelope_row(int64_t kind);

// All rows, in the order of envelope.def.
const header_row_t *envelope_rows(size_t *ret_count);

// Appends the header of this kind as a positional array.
void envelope_pack(const header_t *header, buf_t *to);

// Reads a header frame; views point into `bytes`. ERR_TOO_LARGE over LIMIT_HEADER_BYTES;
// ERR_MALFORMED; ERR_INVALID.
err_t envelope_unpack(const void *bytes, size_t size, header_t *ret, fault_t *fault);

// The header's id; 0 when headers of its kind have none.
int64_t envelope_id(const header_t *header);

// The id in a header frame that could not be read, so that its refusal can name it; 0 when there is
// none to be found.
int64_t envelope_peek_id(const void *bytes, size_t size);
