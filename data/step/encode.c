// SPDX-License-Identifier: MPL-2.0
// Texts as numbers. Conventions: scikit-learn's OrdinalEncoder and OneHotEncoder (drop,
// min_frequency as a share); levels are sorted, numbers by value, texts by their bytes. Params of
// one_hot hold frequent levels first; where there are rarer ones, the one number says how many are
// frequent.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/step/codes.h"
#include "data/step/families.h"
#include "data/step/fill.h"
#include "data/step/learn.h"
#include "data/value/number.h"

// Without initial values: documents of steps that do not use them stay as they are.
static const setting_t LABEL[] = {
    {.name = "order",
     .kind = SETTING_VALUES,
     .max = STEP_LIST_MAX,
     .help = "all values, in the order of their numbers; left out: sorted"},
    {.name = "unknown",
     .kind = SETTING_CHOICE,
     .choices = "error|code",
     .help = "what a value that is not in 'order' does: the step fails (so without "
             "this setting), or it becomes -1"},
    {0},
};

static const setting_t ONE_HOT[] = {
    {.name = "drop",
     .kind = SETTING_CHOICE,
     .choices = "none|first",
     .help = "whether the first value gets no column, which the others imply; left out: none"},
    {.name = "min_share",
     .kind = SETTING_NUMBER,
     .min = 0,
     .max = 1,
     .help = "values that are rarer share one column, <column>_other; left out: 0"},
    {.name = "unknown",
     .kind = SETTING_CHOICE,
     .choices = "ignore|error|other",
     .help = "what a value not seen before does: no column is 1 (so without this setting), the "
             "step fails, or it is an other"},
    {0},
};

static err_t check_levels(const call_t *call, int64_t limit, fault_t *fault)
{
    const input_t *input = &call->inputs[0];
    if (!input->facts) {
        return ERR_OK;
    }
    int64_t distinct = json_integer_value(json_object_get(input->facts, "distinct"));
    if (distinct == 0 && !input->filled) {
        return learn_empty(call, fault);
    }
    if (distinct <= limit) {
        return ERR_OK;
    }
    bool few = limit == LEARN_ONE_HOT_MAX;
    return call_fault(call, 0, ERR_LEVELS, fault,
                      few ? "use label, or drop the column" : "drop the column",
                      "column '%s' has more than %lld distinct values, too many for %s",
                      input->name, (long long)limit, call->step->kind->method);
}

static err_t prepare_label(call_t *call, fault_t *fault)
{
    err_t err = check_levels(call, LEARN_LEVELS_MAX, fault);
    if (err == ERR_OK) {
        call_output(call, call->inputs[0].name, TYPE_INTEGER, call->inputs[0].filled);
    }
    return err;
}

// The outputs are known when the levels are.
static err_t prepare_one_hot(call_t *call, fault_t *fault)
{
    bool all = step_number(call->step, "min_share") == 0;
    return check_levels(call, all ? LEARN_ONE_HOT_MAX : LEARN_LEVELS_MAX, fault);
}

static err_t finish_levels(call_t *call, fault_t *fault)
{
    learned_levels_t *learned = call->learning;
    if (levels_count(learned->levels) == 0) {
        return learn_empty(call, fault);
    }
    call->params = params_new();
    call->params->levels = learned->levels;
    call->params->is_number = learned->is_number;
    learned->levels = NULL;
    return ERR_OK;
}

// --- label -------------------------------------------------------------------------------------

// A value, as people see it, that the step cannot encode.
static err_t unknown(const call_t *call, const params_t *params, size_t level, fault_t *fault)
{
    const input_t *input = &call->inputs[0];
    char *text = codes_level_text(params, input->type, level);
    err_t err = call_fault(call, 0, ERR_STEP_PARAMETER, fault, "see the setting 'unknown'",
                           "column '%s' has the value '%.100s', which %s", input->name, text,
                           step_json(call->step, "order") ? "is not in 'order'"
                                                          : "was not there when it was learned");
    free(text);
    return err;
}

// The cell of a vector as the one level of params of its own, for a fault.
static err_t unknown_cell(const call_t *call, const vector_t *vector, size_t i, fault_t *fault)
{
    arena_t arena = {0};
    params_t *params = params_new();
    params->is_number = !vector->texts;
    params->levels = levels_new(1, SIZE_MAX);
    if (!vector->texts) {
        levels_add_number(params->levels, vector_doubles(vector, &arena)[i], 1);
    } else {
        text_t text = vector_text(vector, i);
        levels_add(params->levels, text.bytes, text.size, 1);
    }
    err_t err = unknown(call, params, 0, fault);
    params_release(&params);
    arena_release(&arena);
    return err;
}

// Levels in the order that a person gave.
static err_t order_levels(const call_t *call, const json_t *order, levels_t **ret_levels,
                          fault_t *fault)
{
    levels_t *levels = levels_new(STEP_LIST_MAX, SIZE_MAX);
    err_t err = ERR_OK;
    for (size_t i = 0; i < json_array_size(order) && err == ERR_OK; i++) {
        params_t *value = NULL;
        err = fill_constant(call, json_array_get(order, i), &value, fault);
        if (err != ERR_OK) {
            break;
        }
        int64_t at = value->is_number ? levels_add_number(levels, value->value, 1)
                                      : levels_add(levels, value->text, strlen(value->text), 1);
        if (at != (int64_t)i) {
            err = call_fault(call, 0, ERR_STEP_PARAMETER, fault, "name it once",
                             "item %zu of 'order' is there twice", i + 1);
        }
        params_release(&value);
    }
    if (err != ERR_OK) {
        levels_destroy(&levels);
        return err;
    }
    *ret_levels = levels;
    return ERR_OK;
}

static bool has_level(const params_t *params, const levels_t *levels, size_t i)
{
    size_t size;
    const char *bytes = levels_bytes(levels, i, &size);
    return levels_find(params->levels, bytes, size) != LEVELS_UNKNOWN;
}

static err_t finish_label(call_t *call, fault_t *fault)
{
    const json_t *order = step_json(call->step, "order");
    err_t err = finish_levels(call, fault);
    if (err != ERR_OK || !order) {
        return err;
    }
    levels_t *seen = call->params->levels;
    params_t *learned = call->params;
    learned->levels = NULL;
    err = order_levels(call, order, &learned->levels, fault);
    bool strict = !step_chose(call->step, "unknown", "code");
    for (size_t i = 0; err == ERR_OK && strict && i < levels_count(seen); i++) {
        if (!has_level(learned, seen, i)) {
            params_t of_seen = {.is_number = learned->is_number, .levels = seen};
            err = unknown(call, &of_seen, i, fault);
        }
    }
    levels_destroy(&seen);
    return err;
}

// --- one_hot -----------------------------------------------------------------------------------

// How many levels have columns of their own.
static size_t frequent_count(const params_t *params)
{
    return params->values ? (size_t)params->values[0] : levels_count(params->levels);
}

static bool has_other(const call_t *call)
{
    return call->params->values || step_chose(call->step, "unknown", "other");
}

static size_t first_column(const call_t *call)
{
    return step_chose(call->step, "drop", "first") && frequent_count(call->params) > 0;
}

// One column for each level, called <column>_<level>, and one for the others.
static void name_outputs(call_t *call)
{
    const params_t *params = call->params;
    const input_t *input = &call->inputs[0];
    for (size_t i = first_column(call); i < frequent_count(params); i++) {
        char *level = codes_level_text(params, input->type, i);
        char *name = text_format("%s_%s", input->name, level);
        call_output(call, name, TYPE_INTEGER, true);
        free(name);
        free(level);
    }
    if (has_other(call)) {
        char *name = text_format("%s_other", input->name);
        call_output(call, name, TYPE_INTEGER, true);
        free(name);
    }
}

static void copy_level(levels_t *to, const levels_t *from, size_t i)
{
    size_t size;
    const char *bytes = levels_bytes(from, i, &size);
    levels_add(to, bytes, size, levels_times(from, i));
}

// Puts levels that are rarer than the share behind the others.
static void part_rare(params_t *params, double share)
{
    size_t count = levels_count(params->levels);
    double total = 0;
    size_t frequent = 0;
    for (size_t i = 0; i < count; i++) {
        total += (double)levels_times(params->levels, i);
    }
    levels_t *levels = levels_new(count, SIZE_MAX);
    for (int rare = 0; rare < 2; rare++) {
        for (size_t i = 0; i < count; i++) {
            bool is_rare = (double)levels_times(params->levels, i) / total < share;
            if (is_rare == (rare == 1)) {
                copy_level(levels, params->levels, i);
            }
        }
        frequent = rare ? frequent : levels_count(levels);
    }
    levels_destroy(&params->levels);
    params->levels = levels;
    if (frequent < count) {
        params->values = mem_array(1, sizeof *params->values);
        params->values_count = 1;
        params->values[0] = (double)frequent;
    }
}

static err_t finish_one_hot(call_t *call, fault_t *fault)
{
    err_t err = finish_levels(call, fault);
    if (err != ERR_OK) {
        return err;
    }
    part_rare(call->params, step_number(call->step, "min_share"));
    if (frequent_count(call->params) > LEARN_ONE_HOT_MAX) {
        return call_fault(call, 0, ERR_LEVELS, fault, "raise 'min_share', or use label",
                          "column '%s' would become more than %d columns", call->inputs[0].name,
                          LEARN_ONE_HOT_MAX);
    }
    name_outputs(call);
    return ERR_OK;
}

static bool restore_levels(call_t *call)
{
    const params_t *params = call->params;
    return params->levels && params->is_number != type_in(call->inputs[0].type, TYPES_WORDS);
}

static bool restore_one_hot(call_t *call)
{
    const params_t *params = call->params;
    bool good = restore_levels(call) &&
                (!params->values || (params->values_count == 1 && params->values[0] >= 0 &&
                                     params->values[0] <= (double)levels_count(params->levels)));
    if (good) {
        name_outputs(call);
    }
    return good;
}

static err_t apply_label(const call_t *call, const place_t *place, const vector_t *inputs,
                         vector_t *ret_outputs, fault_t *fault)
{
    bool strict = step_json(call->step, "order") && !step_chose(call->step, "unknown", "code");
    const int32_t *codes = codes_of(call->params, &inputs[0], place->arena);
    int64_t *integers = arena_array(place->arena, place->rows, sizeof *integers);
    for (size_t i = 0; i < place->rows; i++) {
        if (strict && codes[i] < 0 && vector_is_valid(&inputs[0], i)) {
            return unknown_cell(call, &inputs[0], i, fault);
        }
        integers[i] = codes[i];
    }
    ret_outputs[0] = (vector_t){
        .type = TYPE_INTEGER, .count = place->rows, .valid = inputs[0].valid, .integers = integers};
    return ERR_OK;
}

// The output in which a code is 1; outputs_count: none.
static size_t output_of(const call_t *call, int32_t code, size_t first, size_t frequent)
{
    bool other = code < 0 ? step_chose(call->step, "unknown", "other") : (size_t)code >= frequent;
    return other                              ? call->outputs_count - 1
           : code < 0 || (size_t)code < first ? call->outputs_count
                                              : (size_t)code - first;
}

static err_t apply_one_hot(const call_t *call, const place_t *place, const vector_t *inputs,
                           vector_t *ret_outputs, fault_t *fault)
{
    size_t rows = place->rows;
    size_t first = first_column(call);
    size_t frequent = frequent_count(call->params);
    bool strict = step_chose(call->step, "unknown", "error");
    const int32_t *codes = codes_of(call->params, &inputs[0], place->arena);
    int64_t *all = arena_array(place->arena, rows * call->outputs_count, sizeof *all);
    memset(all, 0, rows * call->outputs_count * sizeof *all);
    for (size_t i = 0; i < rows; i++) {
        if (!vector_is_valid(&inputs[0], i)) {
            continue;
        }
        if (strict && codes[i] < 0) {
            return unknown_cell(call, &inputs[0], i, fault);
        }
        size_t output = output_of(call, codes[i], first, frequent);
        if (output < call->outputs_count) {
            all[output * rows + i] = 1;
        }
    }
    for (size_t output = 0; output < call->outputs_count; output++) {
        ret_outputs[output] =
            (vector_t){.type = TYPE_INTEGER, .count = rows, .integers = all + output * rows};
    }
    return ERR_OK;
}

const step_kind_t ENCODE_KINDS[] = {
    {
        .op = "encode",
        .method = "label",
        .title = "Number the values",
        .help = "The place of the value among the sorted distinct values, from 0.",
        .types = TYPES_ANY,
        .settings = LABEL,
        .prepare = prepare_label,
        .learner = &LEARN_LEVELS,
        .finish = finish_label,
        .apply = apply_label,
        .restore = restore_levels,
    },
    {
        .op = "encode",
        .method = "one_hot",
        .title = "A 0/1 column for each value",
        .help = "One 0/1 column for each distinct value, in place of the column.",
        .types = TYPES_ANY,
        .settings = ONE_HOT,
        .opens = true,
        .prepare = prepare_one_hot,
        .learner = &LEARN_LEVELS,
        .finish = finish_one_hot,
        .apply = apply_one_hot,
        .restore = restore_one_hot,
    },
    {0},
};
