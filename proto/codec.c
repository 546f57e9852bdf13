// SPDX-License-Identifier: MPL-2.0
#include "proto/codec.h"

#include <assert.h>
#include <math.h>
#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "proto/bounded.h"
#include "proto/document.h"

view_t view_of(const char *text)
{
    return (view_t){text, text ? strlen(text) : 0};
}

bool view_equals(view_t view, const char *text)
{
    size_t size = strlen(text);
    return view.size == size && (size == 0 || memcmp(view.data, text, size) == 0);
}

char *view_dup(view_t view)
{
    return text_dup(view.data, view.size);
}

static view_t text_at(const field_t *field, const char *record)
{
    if (field->kind == FIELD_VIEW) {
        return *(const view_t *)(const void *)(record + field->offset);
    }
    return view_of(*(char *const *)(const void *)(record + field->offset));
}

static void write_text(msgpack_packer *packer, view_t text)
{
    if (!text.data) {
        msgpack_pack_nil(packer);
        return;
    }
    msgpack_pack_str(packer, text.size);
    msgpack_pack_str_body(packer, text.data, text.size);
}

static void write_field(msgpack_packer *packer, const field_t *field, const char *record)
{
    const void *at = record + field->offset;
    switch (field->kind) {
    case FIELD_VIEW:
    case FIELD_STR:
        write_text(packer, text_at(field, record));
        break;
    case FIELD_INT:
        msgpack_pack_int64(packer, *(const int64_t *)at);
        break;
    case FIELD_BOOL:
        *(const bool *)at ? msgpack_pack_true(packer) : msgpack_pack_false(packer);
        break;
    case FIELD_REAL:
        msgpack_pack_double(packer, *(const double *)at);
        break;
    case FIELD_DOC:
        document_write(packer, *(json_t *const *)at);
        break;
    }
}

static bool present(const field_t *field, const char *record)
{
    switch (field->kind) {
    case FIELD_VIEW:
    case FIELD_STR:
        return text_at(field, record).data != NULL;
    case FIELD_DOC:
        return *(json_t *const *)(const void *)(record + field->offset) != NULL;
    default:
        return true;
    }
}

void codec_pack_map(const schema_t *schema, const void *from, buf_t *to)
{
    size_t count = 0;
    for (size_t i = 0; i < schema->count; i++) {
        count += present(&schema->fields[i], from);
    }
    msgpack_packer packer;
    msgpack_packer_init(&packer, to, document_sink);
    msgpack_pack_map(&packer, count);
    for (size_t i = 0; i < schema->count; i++) {
        if (present(&schema->fields[i], from)) {
            write_text(&packer, view_of(schema->fields[i].name));
            write_field(&packer, &schema->fields[i], from);
        }
    }
}

static err_t wrong(const schema_t *schema, const field_t *field, const char *what, fault_t *fault)
{
    return fault_set(fault, ERR_INVALID, "see the wire document for this field",
                     "%s: field '%s' %s", schema->name, field->name, what);
}

static err_t too_large(const schema_t *schema, const field_t *field, const char *what,
                       fault_t *fault)
{
    return fault_set(fault, ERR_TOO_LARGE, "send large content as a blob", "%s: field '%s' %s",
                     schema->name, field->name, what);
}

static err_t read_text(const schema_t *schema, const field_t *field, const msgpack_object *value,
                       char *record, fault_t *fault)
{
    if (value->type != MSGPACK_OBJECT_STR) {
        return wrong(schema, field, "is not text", fault);
    }
    view_t text = {value->via.str.ptr, value->via.str.size};
    if (text.size == 0) {
        text.data = ""; // msgpack-c gives NULL, which here means absent
    }
    if ((int64_t)text.size > field->limit) {
        return too_large(schema, field, "is too long", fault);
    }
    if (memchr(text.data, 0, text.size) || !text_is_utf8(text.data, text.size)) {
        return wrong(schema, field, "is not UTF-8 text", fault);
    }
    if (field->kind == FIELD_VIEW) {
        *(view_t *)(void *)(record + field->offset) = text;
    } else {
        *(char **)(void *)(record + field->offset) = view_dup(text);
    }
    return ERR_OK;
}

static err_t read_int(const schema_t *schema, const field_t *field, const msgpack_object *value,
                      int64_t *ret, fault_t *fault)
{
    bool positive = value->type == MSGPACK_OBJECT_POSITIVE_INTEGER;
    if (!positive && value->type != MSGPACK_OBJECT_NEGATIVE_INTEGER) {
        return wrong(schema, field, "is not an integer", fault);
    }
    bool beyond = positive && value->via.u64 > INT64_MAX;
    if (beyond || (field->limit > 0 && (value->via.i64 < 0 || value->via.i64 > field->limit))) {
        return wrong(schema, field, "is out of range", fault);
    }
    *ret = value->via.i64;
    return ERR_OK;
}

static err_t read_real(const schema_t *schema, const field_t *field, const msgpack_object *value,
                       double *ret, fault_t *fault)
{
    switch (value->type) {
    case MSGPACK_OBJECT_FLOAT32:
    case MSGPACK_OBJECT_FLOAT64:
        *ret = value->via.f64;
        break;
    case MSGPACK_OBJECT_POSITIVE_INTEGER:
        *ret = (double)value->via.u64;
        break;
    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
        *ret = (double)value->via.i64;
        break;
    default:
        return wrong(schema, field, "is not a number", fault);
    }
    return isfinite(*ret) ? ERR_OK : wrong(schema, field, "is not finite", fault);
}

static err_t read_field(const schema_t *schema, const field_t *field, const msgpack_object *value,
                        char *record, fault_t *fault)
{
    if (value->type == MSGPACK_OBJECT_NIL) {
        return field->required ? wrong(schema, field, "is missing", fault) : ERR_OK;
    }
    void *at = record + field->offset;
    switch (field->kind) {
    case FIELD_VIEW:
    case FIELD_STR:
        return read_text(schema, field, value, record, fault);
    case FIELD_INT:
        return read_int(schema, field, value, at, fault);
    case FIELD_BOOL:
        if (value->type != MSGPACK_OBJECT_BOOLEAN) {
            return wrong(schema, field, "is not true or false", fault);
        }
        *(bool *)at = value->via.boolean;
        return ERR_OK;
    case FIELD_REAL:
        return read_real(schema, field, value, at, fault);
    case FIELD_DOC:
        if (document_bytes(value) > (uint64_t)field->limit) {
            return too_large(schema, field, "is too large", fault);
        }
        return document_read(value, at, fault);
    }
    return ERR_OK;
}

// The index of the field with this key; schema->count when there is none.
static size_t field_index(const schema_t *schema, const msgpack_object *key)
{
    size_t i = 0;
    while (i < schema->count &&
           !(key->type == MSGPACK_OBJECT_STR &&
             view_equals((view_t){key->via.str.ptr, key->via.str.size}, schema->fields[i].name))) {
        i++;
    }
    return i;
}

static err_t read_map(const schema_t *schema, const msgpack_object *value, void *ret,
                      fault_t *fault)
{
    if (value->type != MSGPACK_OBJECT_MAP) {
        return fault_set(fault, ERR_INVALID, "send a MessagePack map",
                         "%s: the message is not a map", schema->name);
    }
    bool seen[SCHEMA_FIELDS_MAX] = {false};
    for (uint32_t k = 0; k < value->via.map.size; k++) {
        const msgpack_object_kv *pair = &value->via.map.ptr[k];
        size_t i = field_index(schema, &pair->key);
        if (i == schema->count) {
            continue;
        }
        if (seen[i]) {
            return wrong(schema, &schema->fields[i], "comes twice", fault);
        }
        seen[i] = true;
        err_t err = read_field(schema, &schema->fields[i], &pair->val, ret, fault);
        if (err) {
            return err;
        }
    }
    for (size_t i = 0; i < schema->count; i++) {
        if (schema->fields[i].required && !seen[i]) {
            return wrong(schema, &schema->fields[i], "is missing", fault);
        }
    }
    return ERR_OK;
}

err_t codec_unpack_map(const schema_t *schema, const void *bytes, size_t size, void *ret,
                       fault_t *fault)
{
    assert(schema->count <= SCHEMA_FIELDS_MAX);
    memset(ret, 0, schema->size);
    err_t err = bounded_check(bytes, size, fault);
    if (err) {
        return err;
    }
    msgpack_unpacked unpacked;
    msgpack_unpacked_init(&unpacked);
    err = msgpack_unpack_next(&unpacked, bytes, size, NULL) == MSGPACK_UNPACK_SUCCESS
              ? read_map(schema, &unpacked.data, ret, fault)
              : fault_set(fault, ERR_MALFORMED, NULL, "the frame is not MessagePack");
    msgpack_unpacked_destroy(&unpacked);
    if (err) {
        codec_release(schema, ret);
    }
    return err;
}

void codec_release(const schema_t *schema, void *record)
{
    for (size_t i = 0; i < schema->count; i++) {
        void *at = (char *)record + schema->fields[i].offset;
        if (schema->fields[i].kind == FIELD_STR) {
            free(*(char **)at);
        } else if (schema->fields[i].kind == FIELD_DOC) {
            json_decref(*(json_t **)at);
        }
    }
    memset(record, 0, schema->size);
}
