// SPDX-License-Identifier: MPL-2.0
#include "proto/document.h"

#include <math.h>

#include "base/text.h"
#include "proto/bounded.h"

int document_sink(void *data, const char *bytes, size_t size)
{
    buf_add(data, bytes, size);
    return 0;
}

static void write_text(msgpack_packer *packer, const char *text, size_t size)
{
    msgpack_pack_str(packer, size);
    msgpack_pack_str_body(packer, text, size);
}

static void write_object(msgpack_packer *packer, const json_t *tree)
{
    json_t *object = (json_t *)tree; // jansson's iteration takes no const
    const char *key;
    json_t *value;
    msgpack_pack_map(packer, json_object_size(tree));
    json_object_foreach(object, key, value)
    {
        write_text(packer, key, strlen(key));
        document_write(packer, value);
    }
}

void document_write(msgpack_packer *packer, const json_t *tree) // NOLINT(misc-no-recursion)
{
    switch (tree ? json_typeof(tree) : JSON_NULL) {
    case JSON_OBJECT:
        write_object(packer, tree);
        break;
    case JSON_ARRAY:
        msgpack_pack_array(packer, json_array_size(tree));
        for (size_t i = 0; i < json_array_size(tree); i++) {
            document_write(packer, json_array_get(tree, i));
        }
        break;
    case JSON_STRING:
        write_text(packer, json_string_value(tree), json_string_length(tree));
        break;
    case JSON_INTEGER:
        msgpack_pack_int64(packer, json_integer_value(tree));
        break;
    case JSON_REAL:
        msgpack_pack_double(packer, json_real_value(tree));
        break;
    case JSON_TRUE:
        msgpack_pack_true(packer);
        break;
    case JSON_FALSE:
        msgpack_pack_false(packer);
        break;
    case JSON_NULL:
        msgpack_pack_nil(packer);
        break;
    }
}

void document_pack(buf_t *to, const json_t *tree)
{
    msgpack_packer packer;
    msgpack_packer_init(&packer, to, document_sink);
    document_write(&packer, tree);
}

static uint64_t integer_bytes(uint64_t magnitude, uint64_t direct)
{
    if (magnitude < direct) {
        return 1;
    }
    return magnitude < 0x100 ? 2 : magnitude < 0x10000 ? 3 : magnitude < 0x100000000 ? 5 : 9;
}

// The head of a text, array or map whose length goes into the first byte when it is less than
// `direct`.
static uint64_t head_bytes(uint64_t length, uint64_t direct, bool has_short)
{
    if (length < direct) {
        return 1;
    }
    return has_short && length < 0x100 ? 2 : length < 0x10000 ? 3 : 5;
}

uint64_t document_bytes(const msgpack_object *value) // NOLINT(misc-no-recursion)
{
    uint64_t bytes = 1;
    switch (value->type) {
    case MSGPACK_OBJECT_POSITIVE_INTEGER:
        return integer_bytes(value->via.u64, 0x80);
    case MSGPACK_OBJECT_NEGATIVE_INTEGER: // as many bytes as the number with as many bits
        return integer_bytes((uint64_t) - (value->via.i64 + 1) * 2, 0x40);
    case MSGPACK_OBJECT_FLOAT32:
    case MSGPACK_OBJECT_FLOAT64:
        return 9; // a real is written as such again
    case MSGPACK_OBJECT_STR:
        return head_bytes(value->via.str.size, 32, true) + value->via.str.size;
    case MSGPACK_OBJECT_ARRAY:
        bytes = head_bytes(value->via.array.size, 16, false);
        for (uint32_t i = 0; i < value->via.array.size; i++) {
            bytes += document_bytes(&value->via.array.ptr[i]);
        }
        return bytes;
    case MSGPACK_OBJECT_MAP:
        bytes = head_bytes(value->via.map.size, 16, false);
        for (uint32_t i = 0; i < value->via.map.size; i++) {
            bytes += document_bytes(&value->via.map.ptr[i].key) +
                     document_bytes(&value->via.map.ptr[i].val);
        }
        return bytes;
    default:
        return bytes;
    }
}

static err_t refuse(fault_t *fault, const char *what)
{
    return fault_set(
        fault, ERR_INVALID,
        "use maps with text keys, arrays, UTF-8 text, finite numbers, true, false and nil",
        "a nested value holds %s", what);
}

static err_t read_array(const msgpack_object *value, json_t **ret_tree, fault_t *fault)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < value->via.array.size; i++) {
        json_t *item = NULL;
        err_t err = document_read(&value->via.array.ptr[i], &item, fault);
        if (err) {
            json_decref(array);
            return err;
        }
        json_array_append_new(array, item);
    }
    *ret_tree = array;
    return ERR_OK;
}

static err_t read_pair(const msgpack_object_kv *pair, json_t *object, fault_t *fault)
{
    if (pair->key.type != MSGPACK_OBJECT_STR) {
        return refuse(fault, "a key that is not text");
    }
    const msgpack_object_str *key = &pair->key.via.str;
    if (memchr(key->ptr, 0, key->size) || !text_is_utf8(key->ptr, key->size)) {
        return refuse(fault, "a key that is not UTF-8 text");
    }
    json_t *item = NULL;
    err_t err = document_read(&pair->val, &item, fault);
    if (err == ERR_OK) {
        json_object_setn_new(object, key->ptr, key->size, item);
    }
    return err;
}

static err_t read_object(const msgpack_object *value, json_t **ret_tree, fault_t *fault)
{
    json_t *object = json_object();
    for (uint32_t i = 0; i < value->via.map.size; i++) {
        err_t err = read_pair(&value->via.map.ptr[i], object, fault);
        if (err) {
            json_decref(object);
            return err;
        }
    }
    *ret_tree = object;
    return ERR_OK;
}

static err_t read_number(const msgpack_object *value, json_t **ret_tree, fault_t *fault)
{
    if (value->type == MSGPACK_OBJECT_POSITIVE_INTEGER && value->via.u64 > INT64_MAX) {
        return refuse(fault, "an integer beyond int64");
    }
    if (value->type == MSGPACK_OBJECT_POSITIVE_INTEGER ||
        value->type == MSGPACK_OBJECT_NEGATIVE_INTEGER) {
        *ret_tree = json_integer(value->via.i64);
        return ERR_OK;
    }
    if (!isfinite(value->via.f64)) {
        return refuse(fault, "a number that is not finite");
    }
    *ret_tree = json_real(value->via.f64);
    return ERR_OK;
}

err_t document_read(const msgpack_object *value, json_t **ret_tree, // NOLINT(misc-no-recursion)
                    fault_t *fault)
{
    switch (value->type) {
    case MSGPACK_OBJECT_NIL:
        *ret_tree = json_null();
        return ERR_OK;
    case MSGPACK_OBJECT_BOOLEAN:
        *ret_tree = json_boolean(value->via.boolean);
        return ERR_OK;
    case MSGPACK_OBJECT_POSITIVE_INTEGER:
    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
    case MSGPACK_OBJECT_FLOAT32:
    case MSGPACK_OBJECT_FLOAT64:
        return read_number(value, ret_tree, fault);
    case MSGPACK_OBJECT_STR: {
        json_t *text = text_is_utf8(value->via.str.ptr, value->via.str.size)
                           ? json_stringn(value->via.str.ptr, value->via.str.size)
                           : NULL;
        if (!text) {
            return refuse(fault, "text that is not UTF-8");
        }
        *ret_tree = text;
        return ERR_OK;
    }
    case MSGPACK_OBJECT_ARRAY:
        return read_array(value, ret_tree, fault);
    case MSGPACK_OBJECT_MAP:
        return read_object(value, ret_tree, fault);
    default:
        return refuse(fault, "a binary or extension value");
    }
}

err_t document_unpack(const void *bytes, size_t size, json_t **ret_tree, fault_t *fault)
{
    err_t err = bounded_check(bytes, size, fault);
    if (err) {
        return err;
    }
    msgpack_unpacked unpacked;
    msgpack_unpacked_init(&unpacked);
    err = msgpack_unpack_next(&unpacked, bytes, size, NULL) == MSGPACK_UNPACK_SUCCESS
              ? document_read(&unpacked.data, ret_tree, fault)
              : fault_set(fault, ERR_MALFORMED, NULL, "the frame is not MessagePack");
    msgpack_unpacked_destroy(&unpacked);
    return err;
}
