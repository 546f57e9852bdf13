// SPDX-License-Identifier: MPL-2.0
// Headers and log entries: positional arrays, read and written without msgpack-c, which takes
// memory for each value and is the largest cost of a small message.
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "proto/bounded.h"
#include "proto/codec.h"

enum {
    NIL = 0xc0,
    FALSE_BYTE = 0xc2,
    TRUE_BYTE = 0xc3,
    UINT_8 = 0xcc, // and 16, 32, 64 behind it
    INT_8 = 0xd0,
    STR_8 = 0xd9,
    STR_16 = 0xda,
    ARRAY_16 = 0xdc,
    INT_ROOM = 9,  // bytes of the longest integer
    TEXT_ROOM = 3, // bytes in front of a text of less than 64 KiB
    LIST_HEAD = 5,
};

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
} reader_t;

// --- Writing

static uint8_t *put_wide(uint8_t *to, uint8_t first, uint64_t value, size_t width)
{
    *to++ = first;
    for (size_t i = width; i > 0; i--) {
        *to++ = (uint8_t)(value >> 8 * (i - 1));
    }
    return to;
}

// The shortest form, as msgpack-c writes it.
static uint8_t *put_int(uint8_t *to, int64_t value)
{
    uint64_t bits = (uint64_t)value;
    if (value >= -32 && value <= 0x7f) {
        *to = (uint8_t)value;
        return to + 1;
    }
    if (value >= 0) {
        int step = bits <= 0xff ? 0 : bits <= 0xffff ? 1 : bits <= 0xffffffff ? 2 : 3;
        return put_wide(to, (uint8_t)(UINT_8 + step), bits, (size_t)1 << step);
    }
    int step = value >= INT8_MIN ? 0 : value >= INT16_MIN ? 1 : value >= INT32_MIN ? 2 : 3;
    return put_wide(to, (uint8_t)(INT_8 + step), bits, (size_t)1 << step);
}

static uint8_t *put_text(uint8_t *to, view_t text)
{
    if (!text.data) {
        *to = NIL;
        return to + 1;
    }
    assert(text.size <= UINT16_MAX);
    if (text.size < 32) {
        *to++ = (uint8_t)(0xa0 | text.size);
    } else if (text.size <= UINT8_MAX) {
        to = put_wide(to, STR_8, text.size, 1);
    } else {
        to = put_wide(to, STR_16, text.size, 2);
    }
    memcpy(to, text.data, text.size);
    return to + text.size;
}

static uint8_t *put_field(uint8_t *to, const field_t *field, const char *record)
{
    const void *at = record + field->offset;
    switch (field->kind) {
    case FIELD_VIEW:
        return put_text(to, *(const view_t *)at);
    case FIELD_INT:
        return put_int(to, *(const int64_t *)at);
    default:
        assert(field->kind == FIELD_BOOL);
        *to = *(const bool *)at ? TRUE_BYTE : FALSE_BYTE;
        return to + 1;
    }
}

static size_t room_for(const field_t *field, const char *record)
{
    const void *at = record + field->offset;
    return field->kind == FIELD_VIEW ? TEXT_ROOM + ((const view_t *)at)->size : INT_ROOM;
}

// Whether the field says nothing, so that it may be left out at the end.
static bool idle(const field_t *field, const char *record)
{
    const void *at = record + field->offset;
    switch (field->kind) {
    case FIELD_VIEW:
        return !((const view_t *)at)->data;
    case FIELD_INT:
        return *(const int64_t *)at == 0;
    default:
        return !*(const bool *)at;
    }
}

static size_t count_said(const schema_t *schema, const char *from)
{
    size_t count = schema->count;
    while (count > 0 && !schema->fields[count - 1].required &&
           idle(&schema->fields[count - 1], from)) {
        count--;
    }
    return count;
}

void codec_pack_array(const schema_t *schema, const void *from, buf_t *to)
{
    size_t count = count_said(schema, from);
    size_t room = 2 * INT_ROOM;
    for (size_t i = 0; i < count; i++) {
        room += room_for(&schema->fields[i], from);
    }
    uint8_t *start = (uint8_t *)buf_reserve(to, room);
    uint8_t *at = count < 15 ? start + 1 : put_wide(start, ARRAY_16, count + 1, 2);
    if (count < 15) {
        *start = (uint8_t)(0x90 | (count + 1));
    }
    at = put_int(at, schema->number);
    for (size_t i = 0; i < count; i++) {
        at = put_field(at, &schema->fields[i], from);
    }
    to->size += (size_t)(at - start);
}

// --- Reading: bounded_check has walked the bytes, so that every announced length is there.

static uint64_t get_wide(const uint8_t *from, size_t width)
{
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) {
        value = value << 8 | from[i];
    }
    return value;
}

static err_t wrong(const schema_t *schema, const field_t *field, const char *what, fault_t *fault)
{
    return fault_set(fault, ERR_INVALID, "see the wire document for this field",
                     "%s: field '%s' %s", schema->name, field->name, what);
}

// The text's size and, by `at`, where it begins; -1 when the value is no text.
static int64_t text_size(reader_t *reader)
{
    uint8_t first = *reader->at;
    if ((first & 0xE0U) == 0xa0) {
        reader->at++;
        return first & 0x1FU;
    }
    if (first < STR_8 || first > STR_8 + 2) {
        return -1;
    }
    size_t width = (size_t)1 << (first - STR_8);
    int64_t size = (int64_t)get_wide(reader->at + 1, width);
    reader->at += 1 + width;
    return size;
}

static err_t get_text(const schema_t *schema, const field_t *field, reader_t *reader, view_t *ret,
                      fault_t *fault)
{
    int64_t size = text_size(reader);
    if (size < 0) {
        return wrong(schema, field, "is not text", fault);
    }
    view_t text = {(const char *)reader->at, (size_t)size};
    if (size > field->limit) {
        return fault_set(fault, ERR_TOO_LARGE, "send large content as a blob",
                         "%s: field '%s' is too long", schema->name, field->name);
    }
    if (memchr(text.data, 0, text.size) || !text_is_utf8(text.data, text.size)) {
        return wrong(schema, field, "is not UTF-8 text", fault);
    }
    reader->at += size;
    *ret = text;
    return ERR_OK;
}

// Reads an integer of any width; false when the value is none, or beyond int64.
static bool get_int(reader_t *reader, int64_t *ret)
{
    uint8_t first = *reader->at;
    if (first <= 0x7f || first >= 0xe0) {
        *ret = first <= 0x7f ? first : (int64_t)first - 0x100;
        reader->at++;
        return true;
    }
    bool is_signed = first >= INT_8 && first <= INT_8 + 3;
    if (!is_signed && (first < UINT_8 || first > UINT_8 + 3)) {
        return false;
    }
    unsigned step = first & 3U; // both rows begin at a multiple of four
    uint64_t bits = get_wide(reader->at + 1, (size_t)1 << step);
    reader->at += 1 + ((size_t)1 << step);
    if (is_signed) {
        uint64_t sign = (uint64_t)1 << ((8U << step) - 1);
        bits = (bits ^ sign) - sign;
    }
    *ret = (int64_t)bits;
    return is_signed || bits <= INT64_MAX;
}

static err_t get_field(const schema_t *schema, const field_t *field, reader_t *reader, char *record,
                       fault_t *fault)
{
    void *at = record + field->offset;
    if (*reader->at == NIL) {
        reader->at++;
        return field->required ? wrong(schema, field, "is missing", fault) : ERR_OK;
    }
    if (field->kind == FIELD_VIEW) {
        return get_text(schema, field, reader, at, fault);
    }
    if (field->kind == FIELD_BOOL) {
        uint8_t first = *reader->at++;
        *(bool *)at = first == TRUE_BYTE;
        return first == TRUE_BYTE || first == FALSE_BYTE
                   ? ERR_OK
                   : wrong(schema, field, "is not true or false", fault);
    }
    uint8_t first = *reader->at;
    int64_t value = 0;
    if (!get_int(reader, &value)) {
        bool number = first >= UINT_8 && first <= INT_8 + 3;
        return wrong(schema, field, number ? "is out of range" : "is not an integer", fault);
    }
    if (field->limit > 0 && (value < 0 || value > field->limit)) {
        return wrong(schema, field, "is out of range", fault);
    }
    *(int64_t *)at = value;
    return ERR_OK;
}

static err_t missing(const schema_t *schema, size_t from, fault_t *fault)
{
    for (size_t i = from; i < schema->count; i++) {
        if (schema->fields[i].required) {
            return wrong(schema, &schema->fields[i], "is missing", fault);
        }
    }
    return ERR_OK;
}

// The number of items; 0 when the value is no array.
static uint64_t enter_array(reader_t *reader)
{
    uint8_t first = *reader->at;
    if ((first & 0xF0U) == 0x90) {
        reader->at++;
        return first & 0x0FU;
    }
    if (first != ARRAY_16 && first != ARRAY_16 + 1) {
        return 0;
    }
    size_t width = first == ARRAY_16 ? 2 : 4;
    uint64_t count = get_wide(reader->at + 1, width);
    reader->at += 1 + width;
    return count;
}

static err_t get_array(const schema_t *schema, reader_t *reader, void *ret, fault_t *fault)
{
    memset(ret, 0, schema->size);
    uint64_t count = enter_array(reader);
    int64_t number = -1;
    if (count == 0 || !get_int(reader, &number) || number != schema->number) {
        return fault_set(fault, ERR_MALFORMED, NULL, "the header is not a %s", schema->name);
    }
    size_t known = count - 1 < schema->count ? (size_t)count - 1 : schema->count;
    for (size_t i = 0; i < known; i++) {
        err_t err = get_field(schema, &schema->fields[i], reader, ret, fault);
        if (err) {
            return err;
        }
    }
    err_t err = missing(schema, known, fault);
    for (uint64_t i = known + 1; err == ERR_OK && i < count; i++) {
        reader->at += bounded_skip(reader->at, (size_t)(reader->end - reader->at));
    }
    return err;
}

err_t codec_unpack_array(const schema_t *schema, const void *bytes, size_t size, void *ret,
                         fault_t *fault)
{
    memset(ret, 0, schema->size);
    reader_t reader = {.at = bytes, .end = (const uint8_t *)bytes + size};
    err_t err = bounded_check(bytes, size, fault);
    return err ? err : get_array(schema, &reader, ret, fault);
}

void codec_pack_list(uint32_t count, buf_t *to)
{
    uint8_t *at = (uint8_t *)buf_reserve(to, LIST_HEAD);
    put_wide(at, ARRAY_16 + 1, count, 4);
    to->size += LIST_HEAD;
}

err_t codec_open_list(const void *bytes, size_t size, codec_list_t *ret, fault_t *fault)
{
    reader_t reader = {.at = bytes, .end = (const uint8_t *)bytes + size};
    err_t err = bounded_check(bytes, size, fault);
    if (err) {
        return err;
    }
    uint8_t first = *reader.at;
    if ((first & 0xF0U) != 0x90 && first != ARRAY_16 && first != ARRAY_16 + 1) {
        return fault_set(fault, ERR_MALFORMED, "send an array of arrays",
                         "the frame is not a list");
    }
    uint64_t left = enter_array(&reader);
    *ret = (codec_list_t){.at = reader.at, .end = reader.end, .left = left};
    return ERR_OK;
}

err_t codec_next_array(codec_list_t *list, const schema_t *schema, void *ret, fault_t *fault)
{
    assert(list->left > 0);
    reader_t reader = {.at = list->at, .end = list->end};
    err_t err = get_array(schema, &reader, ret, fault);
    list->at = reader.at;
    list->left--;
    return err;
}
