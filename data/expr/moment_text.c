// SPDX-License-Identifier: MPL-2.0
#include "data/expr/moment_text.h"

#include <string.h>

#include "data/expr/bind.h"
#include "data/value/date.h"
#include "data/value/date_format.h"

static err_t prepare(expr_t *expr, node_t *node, date_format_use_t use, fault_t *fault)
{
    text_t text;
    date_format_t *format = arena_alloc(&expr->memory, sizeof *format);
    err_t err = bind_constant_text(expr, node, 1, &text, fault);
    err = err ? err : date_format_compile(text.bytes, text.size, use, format, fault);
    node->bound->format = format;
    return err;
}

err_t moment_text_prepare_read(expr_t *expr, node_t *node, fault_t *fault)
{
    return prepare(expr, node, DATE_FORMAT_READ, fault);
}

err_t moment_text_prepare_write(expr_t *expr, node_t *node, fault_t *fault)
{
    return prepare(expr, node, DATE_FORMAT_WRITE, fault);
}

// A whole datetime may stand where a date is read; its day (UTC) is the date.
static bool read_date(text_t text, int64_t *ret_days)
{
    int64_t ms;
    if (date_parse_iso(text.bytes, text.size, ret_days)) {
        return true;
    }
    if (!datetime_parse_iso(text.bytes, text.size, &ms)) {
        return false;
    }
    *ret_days = datetime_day(ms);
    return true;
}

static bool read_datetime(text_t text, int64_t *ret_ms)
{
    int64_t days;
    if (datetime_parse_iso(text.bytes, text.size, ret_ms)) {
        return true;
    }
    if (!date_parse_iso(text.bytes, text.size, &days)) {
        return false;
    }
    *ret_ms = days * DAY_MS;
    return true;
}

static bool read_by_format(const date_format_t *format, text_t text, bool time, int64_t *ret_value)
{
    return time ? date_format_parse_time(format, text.bytes, text.size, ret_value)
                : date_format_parse(format, text.bytes, text.size, ret_value);
}

// `format` NULL: ISO 8601.
static err_t read_all(call_t *call, vector_t *ret, const date_format_t *format, bool time)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        result[i] = 0;
        if (!call_has(call, i)) {
            continue;
        }
        text_t text = call_text(call, 0, i);
        bool read = format ? read_by_format(format, text, time, &result[i])
                    : time ? read_datetime(text, &result[i])
                           : read_date(text, &result[i]);
        if (!read) {
            call_lose(call, i, EXPR_LOSS_CONVERSION);
        }
    }
    return ERR_OK;
}

err_t moment_text_date(call_t *call, vector_t *ret)
{
    return read_all(call, ret, NULL, false);
}

err_t moment_text_datetime(call_t *call, vector_t *ret)
{
    return read_all(call, ret, NULL, true);
}

err_t moment_text_date_format(call_t *call, vector_t *ret)
{
    return read_all(call, ret, call->node->bound->format, false);
}

err_t moment_text_datetime_format(call_t *call, vector_t *ret)
{
    return read_all(call, ret, call->node->bound->format, true);
}

err_t moment_text_print(call_t *call, vector_t *ret)
{
    text_t *result = call_texts(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        char text[DATE_FORMAT_TEXT_SIZE];
        if (!call_has(call, i)) {
            continue;
        }
        size_t size = date_format_print(call->node->bound->format, call_integer(call, 0, i), text);
        char *bytes = scope_bytes(call->scope, size);
        if (!bytes) {
            return call->scope->run->err;
        }
        memcpy(bytes, text, size);
        result[i] = (text_t){.bytes = bytes, .size = (uint32_t)size};
    }
    return ERR_OK;
}
