// SPDX-License-Identifier: MPL-2.0
#include "proto/envelope.h"

#include <string.h>

#include "proto/bounded.h"

#define HEADER(name, number, sender, frames) static const field_t FIELDS_##name[] = {
#define ITEM(header, kind, name, limit, required)                                                  \
    {#name, FIELD_##kind, offsetof(hdr_##header##_t, name), limit, required},
#define HEADER_END(name)                                                                           \
    {                                                                                              \
        0                                                                                          \
    }                                                                                              \
    }                                                                                              \
    ;
#include "proto/envelope.def"
#undef HEADER
#undef ITEM
#undef HEADER_END

static const header_row_t ROWS[] = {
#define HEADER(name, number, sender, frames)                                                       \
    {{#name, FIELDS_##name, sizeof FIELDS_##name / sizeof FIELDS_##name[0] - 1,                    \
      sizeof(hdr_##name##_t), number},                                                             \
     sender,                                                                                       \
     frames},
#define ITEM(header, kind, name, limit, required)
#define HEADER_END(name)
#include "proto/envelope.def"
#undef HEADER
#undef ITEM
#undef HEADER_END
};

enum { ROW_COUNT = sizeof ROWS / sizeof ROWS[0] };

const header_row_t *envelope_rows(size_t *ret_count)
{
    *ret_count = ROW_COUNT;
    return ROWS;
}

const header_row_t *envelope_row(int64_t kind)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (ROWS[i].schema.number == kind) {
            return &ROWS[i];
        }
    }
    return NULL;
}

void envelope_pack(const header_t *header, buf_t *to)
{
    codec_pack_array(&envelope_row(header->kind)->schema, &header->hello, to);
}

// The number in an array's first item; -1 when the bytes do not start like a header.
static int64_t peek_kind(const unsigned char *bytes, size_t size)
{
    size_t at = size > 0 && bytes[0] == 0xdc ? 3 : 1; // array16 when a future header is long
    bool array = size > at && ((bytes[0] & 0xF0U) == 0x90 || bytes[0] == 0xdc);
    return array && bytes[at] < 0x80 ? bytes[at] : -1;
}

err_t envelope_unpack(const void *bytes, size_t size, header_t *ret, fault_t *fault)
{
    if (size > LIMIT_HEADER_BYTES) {
        return fault_set(fault, ERR_TOO_LARGE, "send the content in the frames behind the header",
                         "the header has %zu bytes, at most %d are allowed", size,
                         LIMIT_HEADER_BYTES);
    }
    const header_row_t *row = envelope_row(peek_kind(bytes, size));
    if (!row) {
        return fault_set(fault, ERR_MALFORMED, "send a header of ADP/1",
                         "the header frame is of no known kind");
    }
    memset(ret, 0, sizeof *ret);
    ret->kind = (header_kind_t)row->schema.number;
    return codec_unpack_array(&row->schema, bytes, size, &ret->hello, fault);
}

static bool has_id(const header_row_t *row)
{
    return row->schema.count > 0 && strcmp(row->schema.fields[0].name, "id") == 0;
}

int64_t envelope_id(const header_t *header)
{
    const header_row_t *row = envelope_row(header->kind);
    if (!has_id(row)) {
        return 0;
    }
    int64_t id;
    memcpy(&id, (const char *)&header->hello + row->schema.fields[0].offset, sizeof id);
    return id;
}

int64_t envelope_peek_id(const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    const header_row_t *row = envelope_row(peek_kind(at, size));
    if (!row || !has_id(row)) {
        return 0;
    }
    size_t head = at[0] == 0xdc ? 4 : 2;
    if (size <= head) {
        return 0;
    }
    if (at[head] < 0x80) {
        return at[head];
    }
    size_t width = at[head] >= 0xcc && at[head] <= 0xcf ? (size_t)1 << (at[head] - 0xcc) : 0;
    uint64_t id = 0;
    for (size_t i = 0; i < width && head + 1 + width <= size; i++) {
        id = id << 8 | at[head + 1 + i];
    }
    return id <= INT64_MAX ? (int64_t)id : 0;
}
