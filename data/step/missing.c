// SPDX-License-Identifier: MPL-2.0
// Missing values: rows with them go, or something takes their place. Conventions: pandas' dropna
// and fillna; median "linear"; mode: the most frequent value, among equals the smallest.
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/step/families.h"
#include "data/step/fill.h"
#include "data/step/learn.h"
#include "data/value/number.h"

static err_t prepare_fill(call_t *call, fault_t *fault)
{
    const input_t *input = &call->inputs[0];
    const json_t *facts = input->facts;
    if (facts && !input->filled && json_integer_value(json_object_get(facts, "distinct")) == 0) {
        return learn_empty(call, fault);
    }
    bool mean = strcmp(call->step->kind->method, "mean") == 0 ||
                strcmp(call->step->kind->method, "median") == 0;
    type_t type = mean && input->type == TYPE_INTEGER ? TYPE_FLOAT : input->type;
    call_output(call, input->name, type, true);
    return ERR_OK;
}

static err_t prepare_constant(call_t *call, fault_t *fault)
{
    const input_t *input = &call->inputs[0];
    params_t *params = NULL;
    err_t err = fill_constant(call, step_json(call->step, "value"), &params, fault);
    if (err != ERR_OK) {
        return err;
    }
    bool whole = params->is_number && params->value == trunc(params->value);
    type_t type = input->type == TYPE_INTEGER && !whole ? TYPE_FLOAT : input->type;
    call->params = params;
    call_output(call, input->name, type, true);
    return ERR_OK;
}

static params_t *number_params(double value)
{
    params_t *params = params_new();
    params->is_value = true;
    params->is_number = true;
    params->value = value;
    return params;
}

static err_t finish_mean(call_t *call, fault_t *fault)
{
    const learned_moments_t *learned = call->learning;
    double mean = learned->mean;
    if (!isfinite(mean)) {
        return call_fault(call, 0, ERR_COLUMN_TYPE, fault, "take the column out of the step",
                          "the numbers of column '%s' are too large for their sum",
                          call->inputs[0].name);
    }
    call->params = number_params(mean);
    return ERR_OK;
}

static err_t finish_median(call_t *call, fault_t *fault)
{
    (void)fault;
    learned_quantiles_t *learned = call->learning;
    if (!learned->done) {
        learned->wanted[0] = 0.5;
        learned->wanted_count = 1;
        return ERR_OK;
    }
    call->params = number_params(learned->values[0]);
    return ERR_OK;
}

static err_t finish_mode(call_t *call, fault_t *fault)
{
    const learned_levels_t *learned = call->learning;
    size_t count = levels_count(learned->levels);
    if (count == 0) {
        return learn_empty(call, fault);
    }
    size_t best = 0;
    for (size_t i = 1; i < count; i++) {
        best = levels_times(learned->levels, i) > levels_times(learned->levels, best) ? i : best;
    }
    if (learned->is_number) {
        call->params = number_params(levels_number(learned->levels, best));
        return ERR_OK;
    }
    size_t size;
    const char *bytes = levels_bytes(learned->levels, best, &size);
    call->params = params_new();
    call->params->is_value = true;
    call->params->text = text_dup(bytes, size);
    return ERR_OK;
}

static err_t apply_fill(const call_t *call, const place_t *place, const vector_t *inputs,
                        vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    ret_outputs[0] = fill_vector(&inputs[0], call->outputs[0].type, call->params, place->arena);
    return ERR_OK;
}

// Whether a value from a document is of the column's kind.
static bool restore_fill(call_t *call)
{
    const params_t *params = call->params;
    bool words = type_in(call->inputs[0].type, TYPES_WORDS);
    return params->is_value && params->is_number != words;
}

static err_t prepare_drop_rows(call_t *call, fault_t *fault)
{
    for (size_t i = 0; i < call->inputs_count; i++) {
        const input_t *input = &call->inputs[i];
        bool any = step_chose(call->step, "how", "any");
        if (any && input->facts && !input->filled &&
            json_integer_value(json_object_get(input->facts, "distinct")) == 0) {
            return call_fault(call, i, ERR_NO_ROWS, fault, "drop that column before this step",
                              "column '%s' has no values, so no row would be left", input->name);
        }
    }
    return ERR_OK;
}

static err_t keep_complete(const call_t *call, const place_t *place, const vector_t *inputs,
                           uint8_t *ret_keep, fault_t *fault)
{
    (void)fault;
    bool any = step_chose(call->step, "how", "any");
    memset(ret_keep, any || call->inputs_count == 0, place->rows);
    for (size_t i = 0; i < call->inputs_count; i++) {
        const uint8_t *valid = inputs[i].valid;
        if (!valid && !any) {
            memset(ret_keep, 1, place->rows);
        }
        for (size_t row = 0; valid && row < place->rows; row++) {
            ret_keep[row] = any ? ret_keep[row] & valid[row] : ret_keep[row] | valid[row];
        }
    }
    return ERR_OK;
}

static const setting_t HOW[] = {
    {.name = "how",
     .kind = SETTING_CHOICE,
     .initial = "\"any\"",
     .choices = "any|all",
     .help = "rows where any, or all, of the columns are missing"},
    {0},
};

static const setting_t VALUE[] = {
    {.name = "value",
     .kind = SETTING_VALUE,
     .required = true,
     .help = "what takes the place of missing values"},
    {0},
};

const step_kind_t MISSING_KINDS[] = {
    {
        .op = "missing",
        .method = "drop_rows",
        .title = "Drop rows with missing values",
        .help = "Rows in which columns are missing go.",
        .shape = STEP_ROWS,
        .columns = STEP_COLUMNS_ANY,
        .types = TYPES_ANY,
        .settings = HOW,
        .prepare = prepare_drop_rows,
        .keep = keep_complete,
    },
    {
        .op = "missing",
        .method = "mean",
        .title = "Fill with the mean",
        .help = "Missing numbers become the column's mean.",
        .types = TYPES_NUMBER,
        .keeps_cells = true,
        .prepare = prepare_fill,
        .learner = &LEARN_MOMENTS,
        .finish = finish_mean,
        .describe = fill_describe,
        .apply = apply_fill,
        .restore = restore_fill,
    },
    {
        .op = "missing",
        .method = "median",
        .title = "Fill with the median",
        .help = "Missing numbers become the column's median.",
        .types = TYPES_NUMBER,
        .keeps_cells = true,
        .prepare = prepare_fill,
        .learner = &LEARN_QUANTILES,
        .finish = finish_median,
        .describe = fill_describe,
        .apply = apply_fill,
        .restore = restore_fill,
    },
    {
        .op = "missing",
        .method = "mode",
        .title = "Fill with the most frequent value",
        .help = "Missing values become the most frequent one, among equals the smallest.",
        .types = TYPES_ANY,
        .keeps_cells = true,
        .prepare = prepare_fill,
        .learner = &LEARN_LEVELS,
        .finish = finish_mode,
        .apply = apply_fill,
        .restore = restore_fill,
    },
    {
        .op = "missing",
        .method = "constant",
        .title = "Fill with a value of your own",
        .help = "Missing values become the given one.",
        .types = TYPES_ANY,
        .keeps_cells = true,
        .settings = VALUE,
        .prepare = prepare_constant,
        .describe = fill_describe,
        .apply = apply_fill,
        .restore = restore_fill,
    },
    {0},
};
