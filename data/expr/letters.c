// SPDX-License-Identifier: MPL-2.0
#include "data/expr/letters.h"

#include <string.h>
#include <utf8proc.h>

#include "data/expr/utf8.h"

typedef enum {
    CASE_UPPER,
    CASE_LOWER,
    CASE_TITLE,
} case_t;

err_t letters_length(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        result[i] = call_has(call, i) ? (int64_t)utf8_length(call_text(call, 0, i)) : 0;
    }
    return ERR_OK;
}

static bool in_word(int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);
    return point == '\'' || point == 0x2019 ||
           (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO);
}

static int32_t changed(int32_t point, case_t to, bool inside)
{
    if (point == 0xDF) {
        return point; // sharp s: utf8proc has a capital for it, Unicode's mapping and habit do not
    }
    if (to == CASE_UPPER) {
        return utf8proc_toupper(point);
    }
    return to == CASE_LOWER || inside ? utf8proc_tolower(point) : utf8proc_totitle(point);
}

// Writes the text with its letters changed, or only tells its size when `to` is NULL.
static size_t change(text_t text, case_t kind, char *to)
{
    size_t size = 0;
    bool inside = false;
    for (size_t at = 0; at < text.size;) {
        utf8proc_uint8_t bytes[4] = {(utf8proc_uint8_t)text.bytes[at]};
        size_t taken;
        size_t made = 1;
        int32_t point = utf8_point(text, at, &taken);
        if (point >= 0) {
            made = (size_t)utf8proc_encode_char(changed(point, kind, inside), bytes);
            inside = in_word(point);
        }
        if (to) {
            memcpy(to + size, bytes, made);
        }
        size += made;
        at += taken;
    }
    return size;
}

static void change_ascii(text_t text, case_t kind, char *to)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        char from = kind == CASE_UPPER ? 'a' : 'A';
        to[i] = (char)(c >= from && c < from + 26 ? c ^ 0x20 : c);
    }
}

static err_t change_all(call_t *call, vector_t *ret, case_t kind)
{
    text_t *result = call_texts(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (!call_has(call, i)) {
            continue;
        }
        text_t text = call_text(call, 0, i);
        bool simple = kind != CASE_TITLE && utf8_is_ascii(text);
        size_t size = simple ? text.size : change(text, kind, NULL);
        char *bytes = scope_bytes(call->scope, size);
        if (!bytes) {
            return call->scope->run->err;
        }
        if (simple) {
            change_ascii(text, kind, bytes);
        } else {
            change(text, kind, bytes);
        }
        result[i] = (text_t){.bytes = bytes, .size = (uint32_t)size};
    }
    return ERR_OK;
}

err_t letters_upper(call_t *call, vector_t *ret)
{
    return change_all(call, ret, CASE_UPPER);
}

err_t letters_lower(call_t *call, vector_t *ret)
{
    return change_all(call, ret, CASE_LOWER);
}

err_t letters_title(call_t *call, vector_t *ret)
{
    return change_all(call, ret, CASE_TITLE);
}

static bool is_space(int32_t point)
{
    return (point >= '\t' && point <= '\r') || point == ' ' || point == 0x85 ||
           (point >= 0x80 && utf8proc_category(point) == UTF8PROC_CATEGORY_ZS);
}

static text_t without_left(text_t text)
{
    size_t at = 0;
    while (at < text.size) {
        size_t size;
        if (!is_space(utf8_point(text, at, &size))) {
            break;
        }
        at += size;
    }
    return (text_t){.bytes = text.bytes + at, .size = text.size - (uint32_t)at};
}

static text_t without_right(text_t text)
{
    while (text.size > 0) {
        size_t at = text.size - 1;
        while (at > 0 && ((unsigned char)text.bytes[at] & 0xC0) == 0x80) {
            at--;
        }
        size_t size;
        if (!is_space(utf8_point(text, at, &size)) || at + size != text.size) {
            break;
        }
        text.size = (uint32_t)at;
    }
    return text;
}

static err_t trim(call_t *call, vector_t *ret, bool left, bool right)
{
    text_t *result = call_texts(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (call_has(call, i)) {
            text_t text = call_text(call, 0, i);
            text = left && text.size > 0 ? without_left(text) : text;
            result[i] = right ? without_right(text) : text;
        }
    }
    return ERR_OK;
}

err_t letters_trim(call_t *call, vector_t *ret)
{
    return trim(call, ret, true, true);
}

err_t letters_trim_left(call_t *call, vector_t *ret)
{
    return trim(call, ret, true, false);
}

err_t letters_trim_right(call_t *call, vector_t *ret)
{
    return trim(call, ret, false, true);
}

err_t letters_reverse(call_t *call, vector_t *ret)
{
    text_t *result = call_texts(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (!call_has(call, i)) {
            continue;
        }
        text_t text = call_text(call, 0, i);
        char *bytes = scope_bytes(call->scope, text.size);
        if (!bytes) {
            return call->scope->run->err;
        }
        for (size_t at = 0; at < text.size;) {
            size_t next = utf8_next(text, at);
            memcpy(bytes + text.size - next, text.bytes + at, next - at);
            at = next;
        }
        result[i] = (text_t){.bytes = bytes, .size = text.size};
    }
    return ERR_OK;
}
