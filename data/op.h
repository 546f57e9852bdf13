// SPDX-License-Identifier: MPL-2.0
// Fitted steps, one column at a time, and the values they work on.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "data/field.h"
#include "data/csv/reader.h"
#include "data/recipe.h"
#include "data/value/levels.h"

typedef enum { VALUE_MISSING, VALUE_NUMBER, VALUE_TEXT } value_kind_t;

// One cell's value. A text is borrowed and not terminated.
typedef struct {
    value_kind_t kind;
    double number;
    const char *text;
    size_t size;
} value_t;

// A step fitted on one column.
typedef struct {
    step_kind_t kind;
    bool number;   // missing: `fill` is a number, not a text; encode: the levels are numbers
    double fill;   // missing: what takes the place
    char *text;    // the same for texts
    double center; // scale: (x - center) / spread
    double spread;
    double low;       // min_max: minimum; robust: quantile 0.25
    double high;      // min_max: maximum; robust: quantile 0.75
    levels_t *levels; // encode: sorted; a value's code is its index
} op_t;

// The code of a value that was not among the levels when a step was fitted.
enum { OP_UNKNOWN = -1 };

// Applies a fitted step. Missing stays missing, except through the steps `missing` and through
// one_hot, whose result is the code of the column that is 1, OP_UNKNOWN when none is.
value_t op_apply(const op_t *op, value_t value);

// Applies steps one after another.
value_t op_apply_all(op_t *const *ops, size_t count, value_t value);

// Reads a field of a column of the given type; a field that is no number in a column of numbers is
// told by false.
bool value_read(type_t type, const reader_field_t *field, value_t *ret_value);

// The texts of levels: "Biscoe", "1", "0.5". Malloc'd and terminated; the caller frees it.
char *op_level_text(const op_t *op, size_t level);

void op_destroy(op_t **op);
