// SPDX-License-Identifier: MPL-2.0
#include "data/expr/join.h"

#include <string.h>

#include "data/expr/utf8.h"

static char *put(char *to, text_t text)
{
    if (text.size > 0) {
        memcpy(to, text.bytes, text.size);
    }
    return to + text.size;
}

err_t join_concat(call_t *call, vector_t *ret)
{
    text_t *result = call_texts(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (!call_has(call, i)) {
            continue;
        }
        size_t size = 0;
        for (size_t k = 0; k < call->args_count; k++) {
            size += call_text(call, k, i).size;
        }
        char *bytes = scope_bytes(call->scope, size);
        if (!bytes) {
            return call->scope->run->err;
        }
        result[i] = (text_t){.bytes = bytes, .size = (uint32_t)size};
        for (size_t k = 0; k < call->args_count; k++) {
            bytes = put(bytes, call_text(call, k, i));
        }
    }
    return ERR_OK;
}

err_t join_repeat(call_t *call, vector_t *ret)
{
    text_t *result = call_texts(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (!call_has(call, i)) {
            continue;
        }
        text_t text = call_text(call, 0, i);
        int64_t times = call_integer(call, 1, i);
        size_t size;
        if (text.size == 0 || times < 0) {
            times = 0;
        }
        if (__builtin_mul_overflow((size_t)times, text.size, &size)) {
            size = SIZE_MAX / 2;
        }
        char *bytes = scope_bytes(call->scope, size);
        if (!bytes) {
            return call->scope->run->err;
        }
        result[i] = (text_t){.bytes = bytes, .size = (uint32_t)size};
        for (int64_t k = 0; k < times; k++) {
            bytes = put(bytes, text);
        }
    }
    return ERR_OK;
}

// How many bytes `count` characters of an endlessly repeated fill take.
static size_t fill_size(text_t fill, size_t count)
{
    size_t length = utf8_length(fill);
    size_t size;
    if (__builtin_mul_overflow(count / length, fill.size, &size) ||
        size > SIZE_MAX / 2 - fill.size) {
        return SIZE_MAX / 2;
    }
    return size + utf8_offset(fill, count % length);
}

static void put_fill(char *to, text_t fill, size_t size)
{
    for (size_t at = 0; at < size; at += fill.size) {
        memcpy(to + at, fill.bytes, size - at < fill.size ? size - at : fill.size);
    }
}

static err_t pad(call_t *call, vector_t *ret, bool left)
{
    text_t *result = call_texts(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (!call_has(call, i)) {
            continue;
        }
        text_t text = call_text(call, 0, i);
        text_t fill = {.bytes = " ", .size = 1};
        fill = call->args_count > 2 ? call_text(call, 2, i) : fill;
        int64_t lacks = call_integer(call, 1, i);
        int64_t length = (int64_t)utf8_length(text);
        if (lacks <= length || utf8_length(fill) == 0) {
            result[i] = text;
            continue;
        }
        size_t filled = fill_size(fill, (size_t)(lacks - length));
        char *bytes = scope_bytes(call->scope, text.size + filled);
        if (!bytes) {
            return call->scope->run->err;
        }
        result[i] = (text_t){.bytes = bytes, .size = (uint32_t)(text.size + filled)};
        put(left ? bytes + filled : bytes, text);
        put_fill(left ? bytes : bytes + text.size, fill, filled);
    }
    return ERR_OK;
}

err_t join_pad_left(call_t *call, vector_t *ret)
{
    return pad(call, ret, true);
}

err_t join_pad_right(call_t *call, vector_t *ret)
{
    return pad(call, ret, false);
}

static size_t occurrences(text_t text, text_t what)
{
    size_t count = 0;
    const char *at = text.bytes;
    const char *end = text.bytes + text.size;
    while ((at = memmem(at, (size_t)(end - at), what.bytes, what.size))) {
        at += what.size;
        count++;
    }
    return count;
}

static void put_replaced(char *to, text_t text, text_t what, text_t by)
{
    const char *from = text.bytes;
    const char *end = text.bytes + text.size;
    const char *at;
    while ((at = memmem(from, (size_t)(end - from), what.bytes, what.size))) {
        to = put(to, (text_t){.bytes = from, .size = (uint32_t)(at - from)});
        to = put(to, by);
        from = at + what.size;
    }
    put(to, (text_t){.bytes = from, .size = (uint32_t)(end - from)});
}

err_t join_replace(call_t *call, vector_t *ret)
{
    text_t *result = call_texts(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (!call_has(call, i)) {
            continue;
        }
        text_t text = call_text(call, 0, i);
        text_t what = call_text(call, 1, i);
        text_t by = call_text(call, 2, i);
        size_t count = what.size > 0 && text.size >= what.size ? occurrences(text, what) : 0;
        if (count == 0) {
            result[i] = text;
            continue;
        }
        size_t size = text.size - count * what.size + count * by.size;
        char *bytes = scope_bytes(call->scope, size);
        if (!bytes) {
            return call->scope->run->err;
        }
        put_replaced(bytes, text, what, by);
        result[i] = (text_t){.bytes = bytes, .size = (uint32_t)size};
    }
    return ERR_OK;
}
