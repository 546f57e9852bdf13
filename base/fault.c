// SPDX-License-Identifier: MPL-2.0
#include "base/fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

typedef struct {
    err_t code;
    int http;
    int exit_code;
    bool retryable;
    const char *name;
    const char *text;
} row_t;

static const row_t ROWS[] = {
#define ERROR(name, number, http, exit_code, retryable, text)                                      \
    {ERR_##name, http, exit_code, retryable, #name, text},
#include "base/error.def"
#undef ERROR
};

static const row_t UNKNOWN = {ERR_INTERNAL, 500, 70, false, "UNKNOWN", "an unknown error"};

static const row_t *row_of(err_t code)
{
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        if (ROWS[i].code == code) {
            return &ROWS[i];
        }
    }
    return &UNKNOWN;
}

const char *err_name(err_t code)
{
    return row_of(code)->name;
}

const char *err_text(err_t code)
{
    return row_of(code)->text;
}

int err_http(err_t code)
{
    return row_of(code)->http;
}

int err_exit(err_t code)
{
    return row_of(code)->exit_code;
}

bool err_retryable(err_t code)
{
    return row_of(code)->retryable;
}

err_t err_by_name(const char *name)
{
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        if (strcmp(ROWS[i].name, name) == 0) {
            return ROWS[i].code;
        }
    }
    return ERR_INTERNAL;
}

err_t fault_set(fault_t *fault, err_t code, const char *remedy, const char *format, ...)
{
    if (!fault) {
        return code;
    }
    char detail[FAULT_DETAIL_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    *fault = (fault_t){.code = code};
    text_copy(fault->detail, sizeof fault->detail, detail);
    text_copy(fault->remedy, sizeof fault->remedy, remedy ? remedy : "");
    return code;
}

err_t fault_errno(fault_t *fault, err_t code, const char *what)
{
    int error = errno;
    const char *remedy =
        error == ENOSPC || error == EDQUOT ? "free disk space and try again" : NULL;
    return fault_set(fault, error == ENOSPC || error == EDQUOT ? ERR_FULL : code, remedy, "%s: %s",
                     what, strerror(error));
}

void fault_at(fault_t *fault, int64_t line, int32_t step, const char *column)
{
    if (!fault) {
        return;
    }
    fault->line = line ? line : fault->line;
    fault->step = step ? step : fault->step;
    if (column) {
        text_copy(fault->column, sizeof fault->column, column);
    }
}
