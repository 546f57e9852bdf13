// SPDX-License-Identifier: MPL-2.0
#include "data/step/formula.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

char *formula_quote(const char *text)
{
    char *quoted = mem_array(strlen(text) * 2 + 3, 1);
    size_t size = 0;
    quoted[size++] = '\'';
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\') {
            quoted[size++] = *text;
        }
        quoted[size++] = *text;
    }
    quoted[size] = '\'';
    return quoted;
}

err_t formula_bind(const call_t *call, const char *text, size_t first, expr_t **ret_expr,
                   fault_t *fault)
{
    expr_t *expr = NULL;
    err_t err = expr_parse(text, strlen(text), &expr, fault);
    if (err != ERR_OK) {
        return err;
    }
    size_t count = expr_columns_count(expr);
    type_t *types = mem_array(count + 1, sizeof *types);
    for (size_t i = 0; i < count; i++) {
        types[i] = call->inputs[first + i].type;
    }
    err = expr_bind(expr, types, fault);
    free(types);
    if (err != ERR_OK) {
        expr_destroy(&expr);
        return err;
    }
    *ret_expr = expr;
    return ERR_OK;
}

err_t formula_prepare(call_t *call, fault_t *fault, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int size = vasprintf(&text, format, args);
    va_end(args);
    if (size < 0) {
        mem_exhausted(0);
    }
    expr_t *expr = NULL;
    err_t err = formula_bind(call, text, 0, &expr, fault);
    free(text);
    if (err != ERR_OK) {
        fault_at(fault, 0, call->step->number, call->inputs[0].name);
        return err;
    }
    call->tool = expr;
    return ERR_OK;
}

err_t formula_apply(const call_t *call, const place_t *place, const vector_t *inputs,
                    vector_t *ret_outputs, fault_t *fault)
{
    vector_t made;
    err_t err = expr_eval(call->tool, inputs, place->rows, place->arena, &made, NULL, fault);
    if (err != ERR_OK) {
        fault_at(fault, 0, call->step->number, call->inputs_count ? call->inputs[0].name : NULL);
        return err;
    }
    made.type = call->outputs[0].type;
    ret_outputs[0] = made;
    return ERR_OK;
}

int64_t formula_lost(const vector_t *from, const vector_t *to)
{
    return (int64_t)vector_missing(to) - (int64_t)vector_missing(from);
}

err_t formula_apply_counted(const call_t *call, const place_t *place, const vector_t *inputs,
                            vector_t *ret_outputs, fault_t *fault)
{
    err_t err = formula_apply(call, place, inputs, ret_outputs, fault);
    if (err == ERR_OK) {
        *place->faulty += formula_lost(&inputs[0], &ret_outputs[0]);
    }
    return err;
}

void formula_release(void *tool)
{
    expr_t *expr = tool;
    expr_destroy(&expr);
}
