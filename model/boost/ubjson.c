// SPDX-License-Identifier: MPL-2.0
#include "model/boost/ubjson.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// What is left to read.
typedef struct {
    const uint8_t *at;
    size_t left;
    size_t depth;
} reader_t;

static json_t *read_value(reader_t *reader, char type);

// The next byte, or 0.
static char next(reader_t *reader)
{
    if (reader->left == 0) {
        return 0;
    }
    reader->left--;
    return (char)*reader->at++;
}

// Whether the next byte is this one, which is then taken.
static bool accept(reader_t *reader, char byte)
{
    bool is = reader->left > 0 && (char)*reader->at == byte;
    reader->at += is;
    reader->left -= is;
    return is;
}

static size_t width_of(char type)
{
    switch (type) {
    case 'i':
    case 'U':
        return 1;
    case 'I':
        return 2;
    case 'l':
    case 'd':
        return 4;
    case 'L':
        return 8;
    default:
        return 0;
    }
}

// A number of a type, big-endian. NULL: it is none, or not finite.
static json_t *read_number(reader_t *reader, char type)
{
    size_t width = width_of(type);
    uint64_t bits = 0;
    if (width == 0 || reader->left < width) {
        return NULL;
    }
    for (size_t i = 0; i < width; i++) {
        bits = bits << 8 | (uint8_t)next(reader);
    }
    if (type == 'd') {
        float value;
        uint32_t half = (uint32_t)bits;
        memcpy(&value, &half, sizeof value);
        return json_real(value);
    }
    unsigned above = (unsigned)(64 - 8 * width);
    return json_integer(type == 'U' ? (json_int_t)bits : (json_int_t)(bits << above) >> above);
}

// A count, not above what is left: each thing takes a byte at least.
static bool read_count(reader_t *reader, size_t *ret_count)
{
    json_t *number = read_number(reader, next(reader));
    json_int_t count = json_is_integer(number) ? json_integer_value(number) : -1;
    json_decref(number);
    if (count < 0 || (uint64_t)count > reader->left) {
        return false;
    }
    *ret_count = (size_t)count;
    return true;
}

static json_t *read_text(reader_t *reader)
{
    size_t size;
    if (!read_count(reader, &size)) {
        return NULL;
    }
    json_t *text = json_stringn((const char *)reader->at, size);
    reader->at += size;
    reader->left -= size;
    return text;
}

// Appends `count` values of a type; type 0: each says its own.
static bool read_items(reader_t *reader, char type, size_t count, json_t *list)
{
    for (size_t i = 0; i < count; i++) {
        json_t *item = type ? read_number(reader, type) : read_value(reader, next(reader));
        if (json_array_append_new(list, item) != 0) {
            return false;
        }
    }
    return true;
}

static bool read_list(reader_t *reader, json_t *list)
{
    size_t count;
    if (accept(reader, '$')) {
        char type = next(reader);
        return width_of(type) > 0 && accept(reader, '#') && read_count(reader, &count) &&
               read_items(reader, type, count, list);
    }
    if (accept(reader, '#')) {
        return read_count(reader, &count) && read_items(reader, 0, count, list);
    }
    while (!accept(reader, ']')) {
        if (!read_items(reader, 0, 1, list)) {
            return false;
        }
    }
    return true;
}

static bool read_members(reader_t *reader, json_t *object)
{
    while (!accept(reader, '}')) {
        json_t *name = read_text(reader);
        json_t *value = name ? read_value(reader, next(reader)) : NULL;
        const char *key = json_string_value(name);
        bool good = value && strlen(key) == json_string_length(name) &&
                    !json_object_get(object, key) && json_object_set(object, key, value) == 0;
        json_decref(value);
        json_decref(name);
        if (!good) {
            return false;
        }
    }
    return true;
}

static json_t *read_value(reader_t *reader, char type)
{
    if (type == 'S') {
        return read_text(reader);
    }
    if (type != '{' && type != '[') {
        return read_number(reader, type);
    }
    json_t *value = type == '{' ? json_object() : json_array();
    reader->depth++;
    bool good = reader->depth <= UBJSON_DEPTH_MAX &&
                (type == '{' ? read_members(reader, value) : read_list(reader, value));
    reader->depth--;
    if (!good) {
        json_decref(value);
        return NULL;
    }
    return value;
}

json_t *ubjson_read(const char *bytes, size_t size)
{
    reader_t reader = {.at = (const uint8_t *)bytes, .left = size};
    json_t *json = read_value(&reader, next(&reader));
    if (json && reader.left > 0) {
        json_decref(json);
        return NULL;
    }
    return json;
}
