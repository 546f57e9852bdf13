// SPDX-License-Identifier: MPL-2.0
// Errors: every code once (error.def), and the fault that tells a person what, where, and what to
// do.
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef enum {
#define ERROR(name, number, http, exit_code, retryable, text) ERR_##name = (number),
#include "base/error.def"
#undef ERROR
} err_t;

enum {
    FAULT_DETAIL_MAX = 512,
    FAULT_REMEDY_MAX = 256,
    FAULT_COLUMN_MAX = 256,
};

// One failure: the code, the place (0 or "" where it has none), what is wrong and the remedy.
typedef struct {
    err_t code;
    int32_t step;                  // recipe step, counted from 1
    int64_t line;                  // line of the input file, counted from 1
    char column[FAULT_COLUMN_MAX]; // column name, cut to fit on a UTF-8 boundary
    char detail[FAULT_DETAIL_MAX]; // names the thing: "column 'sex' is text; mean needs numbers"
    char remedy[FAULT_REMEDY_MAX]; // "use mode or constant for this column"
} fault_t;

// The error's name ("CSV_RAGGED"); "UNKNOWN" for a number that is not in error.def.
const char *err_name(err_t code);

// The error's general text, one sentence without a full stop.
const char *err_text(err_t code);

// The HTTP status (RFC 9110) for the error; 500 for an unknown number.
int err_http(err_t code);

// The process exit code (sysexits.h) for the error; 70 for an unknown number.
int err_exit(err_t code);

// Whether the same request may succeed later without a change.
bool err_retryable(err_t code);

// The error with this name; ERR_INTERNAL when there is none.
err_t err_by_name(const char *name);

// Fills `fault` (may be NULL) with code, remedy (may be NULL) and a formatted detail; clears the
// place. Returns code.
err_t fault_set(fault_t *fault, err_t code, const char *remedy, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Fills `fault` with the code's general text and errno's text for `what` (a path or call). Returns
// code.
err_t fault_errno(fault_t *fault, err_t code, const char *what);

// Adds the place to a fault already set; 0 and NULL leave that part as it is.
void fault_at(fault_t *fault, int64_t line, int32_t step, const char *column);
