// SPDX-License-Identifier: MPL-2.0
#include "data/op.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/value/number.h"

static value_t number(double x)
{
    return (value_t){.kind = VALUE_NUMBER, .number = x};
}

static value_t filling(const op_t *op)
{
    if (op->number) {
        return number(op->fill);
    }
    return (value_t){.kind = VALUE_TEXT, .text = op->text, .size = strlen(op->text)};
}

static double code_of(const op_t *op, value_t value)
{
    if (value.kind == VALUE_MISSING) {
        return OP_UNKNOWN;
    }
    return (double)(op->number ? levels_find_number(op->levels, value.number)
                               : levels_find(op->levels, value.text, value.size));
}

value_t op_apply(const op_t *op, value_t value)
{
    bool missing = value.kind == VALUE_MISSING;
    switch (op->kind) {
    case STEP_MEAN:
    case STEP_MEDIAN:
    case STEP_MODE:
    case STEP_CONSTANT:
        return missing ? filling(op) : value;
    case STEP_MIN_MAX:
    case STEP_Z_SCORE:
    case STEP_ROBUST:
        return missing ? value : number((value.number - op->center) / op->spread);
    case STEP_LABEL:
        return missing ? value : number(code_of(op, value));
    case STEP_ONE_HOT:
        return number(code_of(op, value));
    default:
        return value;
    }
}

value_t op_apply_all(op_t *const *ops, size_t count, value_t value)
{
    for (size_t i = 0; i < count; i++) {
        value = op_apply(ops[i], value);
    }
    return value;
}

bool value_read(type_t type, const reader_field_t *field, value_t *ret_value)
{
    number_t read;
    *ret_value = (value_t){.kind = VALUE_MISSING};
    if (field_missing(field->text, field->size)) {
        return true;
    }
    if (type == TYPE_TEXT) {
        *ret_value = (value_t){.kind = VALUE_TEXT, .text = field->text, .size = field->size};
        return true;
    }
    if (number_parse(field->text, field->size, &read) == NUMBER_NONE) {
        return false;
    }
    *ret_value = number(read.value);
    return true;
}

char *op_level_text(const op_t *op, size_t level)
{
    if (op->number) {
        char text[NUMBER_TEXT_SIZE];
        return text_dup(text, number_format(levels_number(op->levels, level), text));
    }
    size_t size;
    const char *bytes = levels_bytes(op->levels, level, &size);
    return text_dup(bytes, size);
}

void op_destroy(op_t **op)
{
    if (!*op) {
        return;
    }
    free((*op)->text);
    levels_destroy(&(*op)->levels);
    free(*op);
    *op = NULL;
}
