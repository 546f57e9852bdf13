// SPDX-License-Identifier: MPL-2.0
#include "data/expr/piece.h"

#include <string.h>

#include "data/expr/utf8.h"

static text_t part(text_t text, size_t from, size_t to)
{
    return (text_t){.bytes = text.bytes ? text.bytes + from : NULL, .size = (uint32_t)(to - from)};
}

// Characters `from` (from 0) up to, without, `to`.
static text_t characters(text_t text, size_t from, size_t to)
{
    size_t start = utf8_offset(text, from);
    text_t rest = part(text, start, text.size);
    return part(rest, 0, utf8_offset(rest, to > from ? to - from : 0));
}

err_t piece_left(call_t *call, vector_t *ret)
{
    text_t *result = call_texts(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (call_has(call, i)) {
            int64_t count = call_integer(call, 1, i);
            result[i] = characters(call_text(call, 0, i), 0, count > 0 ? (size_t)count : 0);
        }
    }
    return ERR_OK;
}

err_t piece_right(call_t *call, vector_t *ret)
{
    text_t *result = call_texts(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (call_has(call, i)) {
            text_t text = call_text(call, 0, i);
            int64_t count = call_integer(call, 1, i);
            size_t length = utf8_length(text);
            size_t wanted = count > 0 ? (size_t)count : 0;
            result[i] = characters(text, wanted < length ? length - wanted : 0, length);
        }
    }
    return ERR_OK;
}

// As SQL: positions before the first hold nothing, but are counted.
err_t piece_substring(call_t *call, vector_t *ret)
{
    text_t *result = call_texts(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (!call_has(call, i)) {
            continue;
        }
        int64_t start = call_integer(call, 1, i);
        int64_t end = INT64_MAX;
        if (call->args_count > 2 && __builtin_add_overflow(start, call_integer(call, 2, i), &end)) {
            end = call_integer(call, 2, i) > 0 ? INT64_MAX : INT64_MIN;
        }
        start = start < 1 ? 1 : start;
        end = end < start ? start : end;
        result[i] = characters(call_text(call, 0, i), (size_t)start - 1, (size_t)end - 1);
    }
    return ERR_OK;
}

// Where `what` starts in a text, at or behind byte `from`; SIZE_MAX: nowhere.
static size_t position(text_t text, text_t what, size_t from)
{
    if (what.size == 0) {
        return from;
    }
    if (text.size - from < what.size) {
        return SIZE_MAX;
    }
    const char *found = memmem(text.bytes + from, text.size - from, what.bytes, what.size);
    return found ? (size_t)(found - text.bytes) : SIZE_MAX;
}

static size_t pieces(text_t text, text_t separator)
{
    size_t count = 1;
    size_t at = 0;
    while (separator.size > 0 && (at = position(text, separator, at)) != SIZE_MAX) {
        at += separator.size;
        count++;
    }
    return count;
}

// Piece `index` (from 0), which exists.
static text_t nth_piece(text_t text, text_t separator, size_t index)
{
    size_t start = 0;
    while (index > 0) {
        start = position(text, separator, start) + separator.size;
        index--;
    }
    size_t end = separator.size > 0 ? position(text, separator, start) : SIZE_MAX;
    return part(text, start, end == SIZE_MAX ? text.size : end);
}

err_t piece_split(call_t *call, vector_t *ret)
{
    text_t *result = call_texts(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (!call_has(call, i)) {
            continue;
        }
        text_t text = call_text(call, 0, i);
        text_t separator = call_text(call, 1, i);
        int64_t wanted = call_integer(call, 2, i);
        int64_t count = (int64_t)pieces(text, separator);
        if (wanted == 0 || wanted > count || wanted < -count) {
            call_lose(call, i, EXPR_LOSS_COUNT);
        } else {
            size_t index = (size_t)(wanted > 0 ? wanted - 1 : count + wanted);
            result[i] = nth_piece(text, separator, index);
        }
    }
    return ERR_OK;
}

err_t piece_contains(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        result[i] = call_has(call, i) &&
                    position(call_text(call, 0, i), call_text(call, 1, i), 0) != SIZE_MAX;
    }
    return ERR_OK;
}

err_t piece_starts_with(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (!call_has(call, i)) {
            result[i] = 0;
            continue;
        }
        text_t text = call_text(call, 0, i);
        text_t start = call_text(call, 1, i);
        result[i] = start.size == 0 ||
                    (start.size <= text.size && memcmp(text.bytes, start.bytes, start.size) == 0);
    }
    return ERR_OK;
}

err_t piece_ends_with(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (!call_has(call, i)) {
            result[i] = 0;
            continue;
        }
        text_t text = call_text(call, 0, i);
        text_t end = call_text(call, 1, i);
        result[i] =
            end.size == 0 || (end.size <= text.size &&
                              memcmp(text.bytes + text.size - end.size, end.bytes, end.size) == 0);
    }
    return ERR_OK;
}

err_t piece_find(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        result[i] = 0;
        if (call_has(call, i)) {
            text_t text = call_text(call, 0, i);
            size_t at = position(text, call_text(call, 1, i), 0);
            result[i] = at == SIZE_MAX ? 0 : (int64_t)utf8_length(part(text, 0, at)) + 1;
        }
    }
    return ERR_OK;
}
