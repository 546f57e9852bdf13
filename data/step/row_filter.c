// SPDX-License-Identifier: MPL-2.0
// Rows for which an expression is true stay; those for which it is false or missing go (as in SQL).
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/expr/expr.h"
#include "data/step/row_steps.h"

err_t row_filter_open(call_t *call, json_t *names, fault_t *fault)
{
    const char *text = step_text(call->step, "expression");
    expr_t *expr = NULL;
    err_t err = expr_parse(text, strlen(text), &expr, fault);
    if (err != ERR_OK) {
        return err;
    }
    for (size_t i = 0; i < expr_columns_count(expr); i++) {
        json_array_append_new(names, json_string(expr_column(expr, i)));
    }
    call->tool = expr;
    return ERR_OK;
}

err_t row_filter_prepare(call_t *call, fault_t *fault)
{
    type_t *types = mem_array(call->inputs_count, sizeof *types);
    for (size_t i = 0; i < call->inputs_count; i++) {
        types[i] = call->inputs[i].type;
    }
    err_t err = expr_bind(call->tool, types, fault);
    free(types);
    if (err == ERR_OK && expr_type(call->tool) != TYPE_BOOLEAN) {
        return call_fault(call, SIZE_MAX, ERR_STEP_PARAMETER, fault,
                          "compare it with something, as in price > 0",
                          "the expression gives %s; a filter needs true or false",
                          type_name(expr_type(call->tool)));
    }
    return err;
}

err_t row_filter_keep(const call_t *call, const place_t *place, const vector_t *inputs,
                      uint8_t *ret_keep, fault_t *fault)
{
    vector_t truth;
    expr_stats_t stats = {0};
    err_t err = expr_eval(call->tool, inputs, place->rows, place->arena, &truth, &stats, fault);
    if (err != ERR_OK) {
        return err;
    }
    for (size_t i = 0; i < place->rows; i++) {
        ret_keep[i] = vector_is_valid(&truth, i) && truth.integers[i] != 0;
    }
    for (size_t i = 0; i < EXPR_LOSS_COUNT; i++) {
        *place->faulty += stats.cells[i];
    }
    return ERR_OK;
}

void row_filter_release(void *tool)
{
    expr_t *expr = tool;
    expr_destroy(&expr);
}
