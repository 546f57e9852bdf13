// SPDX-License-Identifier: MPL-2.0
#include "data/expr/convert.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "data/value/date.h"
#include "data/value/number.h"

enum { NUMBER_MAX = 1024 };

static text_t trimmed(text_t text)
{
    while (text.size > 0 && strchr(" \t\r\n", text.bytes[0]) && text.bytes[0]) {
        text.bytes++;
        text.size--;
    }
    while (text.size > 0 && text.bytes[text.size - 1] &&
           strchr(" \t\r\n", text.bytes[text.size - 1])) {
        text.size--;
    }
    return text;
}

// Reads a number that was asked for: unlike number_parse it takes a plus, leading zeros and
// integers beyond 64 bits, as floats.
static number_kind_t read_number(text_t text, number_t *ret_number)
{
    char plain[NUMBER_MAX + 2];
    text = trimmed(text);
    number_kind_t kind = number_parse(text.bytes, text.size, ret_number);
    if (kind != NUMBER_NONE || text.size == 0 || text.size > NUMBER_MAX) {
        return kind;
    }
    size_t size = 0;
    size_t at = text.bytes[0] == '+' || text.bytes[0] == '-';
    if (text.bytes[0] == '-') {
        plain[size++] = '-';
    }
    while (at + 1 < text.size && text.bytes[at] == '0' && text.bytes[at + 1] >= '0' &&
           text.bytes[at + 1] <= '9') {
        at++;
    }
    if (at < text.size && (text.bytes[at] == '-' || text.bytes[at] == '+')) {
        return NUMBER_NONE;
    }
    memcpy(plain + size, text.bytes + at, text.size - at);
    size += text.size - at;
    kind = number_parse(plain, size, ret_number);
    if (kind == NUMBER_NONE) {
        plain[size++] = '.';
        kind = number_parse(plain, size, ret_number);
    }
    return kind;
}

err_t convert_text_to_number(call_t *call, vector_t *ret)
{
    double *result = call_numbers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        number_t number = {0};
        if (call_has(call, i) && read_number(call_text(call, 0, i), &number) == NUMBER_NONE) {
            call_lose(call, i, EXPR_LOSS_CONVERSION);
        }
        result[i] = number.value;
    }
    return ERR_OK;
}

// The integer part of a float; false when it is beyond 64 bits.
static bool whole(double x, int64_t *ret_integer)
{
    static const double LIMIT = 9223372036854775808.0; // 2^63
    bool fits = x >= -LIMIT && x < LIMIT;
    *ret_integer = fits ? (int64_t)x : 0;
    return fits;
}

err_t convert_text_to_integer(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        number_t number = {0};
        result[i] = 0;
        if (!call_has(call, i)) {
            continue;
        }
        number_kind_t kind = read_number(call_text(call, 0, i), &number);
        result[i] = number.integer;
        if (kind == NUMBER_NONE) {
            call_lose(call, i, EXPR_LOSS_CONVERSION);
        } else if (kind == NUMBER_FLOAT && !whole(number.value, &result[i])) {
            call_lose(call, i, EXPR_LOSS_OVERFLOW);
        }
    }
    return ERR_OK;
}

err_t convert_float_to_integer(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (!whole(call->args[0].numbers[i], &result[i]) && call_has(call, i)) {
            call_lose(call, i, EXPR_LOSS_OVERFLOW);
        }
    }
    return ERR_OK;
}

// 1, 0, or -1 when it is neither.
static int read_boolean(text_t text)
{
    static const char *const WORDS[] = {"false", "true", "no", "yes", "n",   "y",
                                        "f",     "t",    "0",  "1",   "off", "on"};
    text = trimmed(text);
    for (int i = 0; i < (int)(sizeof WORDS / sizeof *WORDS); i++) {
        if (text.size == strlen(WORDS[i]) && strncasecmp(text.bytes, WORDS[i], text.size) == 0) {
            return i % 2;
        }
    }
    return -1;
}

err_t convert_text_to_boolean(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        result[i] = 0;
        if (call_has(call, i)) {
            result[i] = read_boolean(call_text(call, 0, i));
            if (result[i] < 0) {
                result[i] = 0;
                call_lose(call, i, EXPR_LOSS_CONVERSION);
            }
        }
    }
    return ERR_OK;
}

err_t convert_number_to_boolean(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    const vector_t *from = &call->args[0];
    for (size_t i = 0; i < call->count; i++) {
        result[i] = from->numbers ? from->numbers[i] != 0 : from->integers[i] != 0;
    }
    return ERR_OK;
}

enum { WRITTEN_MAX = 64 };

// A cell that has a value, as a text; `bytes` may hold it.
static text_t written(const vector_t *cells, size_t i, char bytes[WRITTEN_MAX])
{
    size_t size = 0;
    switch (cells->type) {
    case TYPE_FLOAT:
        size = number_format(cells->numbers[i], bytes);
        break;
    case TYPE_INTEGER:
        size = (size_t)snprintf(bytes, WRITTEN_MAX, "%" PRId64, cells->integers[i]);
        break;
    case TYPE_BOOLEAN:
        return cells->integers[i] ? (text_t){"true", 4} : (text_t){"false", 5};
    case TYPE_DATE:
        size = date_format_iso(cells->integers[i], bytes);
        break;
    case TYPE_DATETIME:
        size = datetime_format_iso(cells->integers[i], bytes);
        break;
    default:
        return vector_text(cells, i);
    }
    return (text_t){.bytes = bytes, .size = (uint32_t)size};
}

err_t convert_to_text(call_t *call, vector_t *ret)
{
    if (type_in(call->args[0].type, TYPES_WORDS)) {
        *ret = call->args[0];
        return ERR_OK;
    }
    text_t *result = call_texts(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (!call_has(call, i)) {
            continue;
        }
        char bytes[WRITTEN_MAX];
        text_t text = written(&call->args[0], i, bytes);
        char *kept = scope_bytes(call->scope, text.size);
        if (!kept) {
            return call->scope->run->err;
        }
        memcpy(kept, text.bytes, text.size);
        result[i] = (text_t){.bytes = kept, .size = text.size};
    }
    return ERR_OK;
}

static int64_t hash_of(text_t text)
{
    uint64_t hash = 0xCBF29CE484222325U;
    for (size_t i = 0; i < text.size; i++) {
        hash = (hash ^ (unsigned char)text.bytes[i]) * 0x100000001B3U;
    }
    hash = (hash ^ hash >> 33) * 0xFF51AFD7ED558CCDU;
    hash = (hash ^ hash >> 33) * 0xC4CEB9FE1A85EC53U;
    return (int64_t)(hash ^ hash >> 33);
}

err_t convert_hash(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        char bytes[WRITTEN_MAX];
        result[i] = call_has(call, i) ? hash_of(written(&call->args[0], i, bytes)) : 0;
    }
    return ERR_OK;
}
