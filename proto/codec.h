// SPDX-License-Identifier: MPL-2.0
// One table-driven codec for everything on the wire: a schema lists a struct's fields, and the
// struct is written and read as a positional array (headers) or as a map with text keys (messages).
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"

// Text inside a frame: not terminated, and valid only as long as the frame.
typedef struct {
    const char *data;
    size_t size;
} view_t;

typedef enum {
    FIELD_VIEW, // view_t: UTF-8 text without NUL, of at most `limit` bytes
    FIELD_STR,  // const char *: the same, copied when read; NULL when absent
    FIELD_INT,  // int64_t: from 0 to `limit`, or any value when `limit` is 0
    FIELD_BOOL, // bool
    FIELD_REAL, // double: finite
    FIELD_DOC,  // json_t *: a nested value of at most `limit` bytes; NULL when absent
} field_kind_t;

typedef struct {
    const char *name;
    field_kind_t kind;
    size_t offset;
    int64_t limit;
    bool required;
} field_t;

typedef struct {
    const char *name;
    const field_t *fields;
    size_t count;
    size_t size; // of the struct
    int number;  // first item of a header's array; 0 for messages
} schema_t;

enum { SCHEMA_FIELDS_MAX = 64 };

// Appends [number, field, ...]: VIEW, INT and BOOL fields only. Text that is absent is written as
// nil; fields at the end that are not required and say nothing (absent, 0, false) are left out.
void codec_pack_array(const schema_t *schema, const void *from, buf_t *to);

// A list of such arrays in one frame, read one by one.
typedef struct {
    const uint8_t *at;
    const uint8_t *end;
    uint64_t left; // arrays still to come
} codec_list_t;

// Appends the head of a list; the arrays are packed behind it.
void codec_pack_list(uint32_t count, buf_t *to);

// Checks the frame as a whole and begins. ERR_MALFORMED.
err_t codec_open_list(const void *bytes, size_t size, codec_list_t *ret, fault_t *fault);

// Reads the next array, of which there must be one (`left`). Errors as codec_unpack_array.
err_t codec_next_array(codec_list_t *list, const schema_t *schema, void *ret, fault_t *fault);

// Appends {name: field, ...}; absent fields are left out.
void codec_pack_map(const schema_t *schema, const void *from, buf_t *to);

// Reads a frame into `*ret` (zeroed first). Trailing items that the schema does not know are
// ignored. ERR_MALFORMED: not MessagePack, or not this array; ERR_INVALID: a field is missing, of
// the wrong kind or over its limit, named in the fault. On success codec_release frees what the
// struct owns; views point into `bytes`.
err_t codec_unpack_array(const schema_t *schema, const void *bytes, size_t size, void *ret,
                         fault_t *fault);

// The same for a map; keys that the schema does not know are ignored, a key that comes twice is an
// error.
err_t codec_unpack_map(const schema_t *schema, const void *bytes, size_t size, void *ret,
                       fault_t *fault);

// Frees the texts and documents that the struct owns and zeroes it.
void codec_release(const schema_t *schema, void *record);

// A view of a terminated text (NULL gives an empty view).
view_t view_of(const char *text);

// Whether the view holds exactly this text.
bool view_equals(view_t view, const char *text);

// A malloc'd, terminated copy.
char *view_dup(view_t view);
