// SPDX-License-Identifier: MPL-2.0
// Texts as numbers. Conventions: scikit-learn's OrdinalEncoder and OneHotEncoder; levels are
// sorted, numbers by value, texts by their bytes.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/step/codes.h"
#include "data/step/families.h"
#include "data/step/learn.h"
#include "data/value/number.h"

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
    return check_levels(call, LEARN_ONE_HOT_MAX, fault);
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

// One column for each level, called <column>_<level>.
static void name_outputs(call_t *call)
{
    const params_t *params = call->params;
    const input_t *input = &call->inputs[0];
    for (size_t i = 0; i < levels_count(params->levels); i++) {
        char *level = codes_level_text(params, input->type, i);
        char *name = text_format("%s_%s", input->name, level);
        call_output(call, name, TYPE_INTEGER, true);
        free(name);
        free(level);
    }
}

static err_t finish_one_hot(call_t *call, fault_t *fault)
{
    err_t err = finish_levels(call, fault);
    if (err == ERR_OK) {
        name_outputs(call);
    }
    return err;
}

static bool restore_levels(call_t *call)
{
    const params_t *params = call->params;
    return params->levels && params->is_number != type_in(call->inputs[0].type, TYPES_WORDS);
}

static bool restore_one_hot(call_t *call)
{
    bool good = restore_levels(call);
    if (good) {
        name_outputs(call);
    }
    return good;
}

static err_t apply_label(const call_t *call, const place_t *place, const vector_t *inputs,
                         vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    const int32_t *codes = codes_of(call->params, &inputs[0], place->arena);
    int64_t *integers = arena_array(place->arena, place->rows, sizeof *integers);
    for (size_t i = 0; i < place->rows; i++) {
        integers[i] = codes[i];
    }
    ret_outputs[0] = (vector_t){
        .type = TYPE_INTEGER, .count = place->rows, .valid = inputs[0].valid, .integers = integers};
    return ERR_OK;
}

static err_t apply_one_hot(const call_t *call, const place_t *place, const vector_t *inputs,
                           vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    size_t rows = place->rows;
    const int32_t *codes = codes_of(call->params, &inputs[0], place->arena);
    int64_t *all = arena_array(place->arena, rows * call->outputs_count, sizeof *all);
    memset(all, 0, rows * call->outputs_count * sizeof *all);
    for (size_t i = 0; i < rows; i++) {
        if (vector_is_valid(&inputs[0], i) && codes[i] >= 0) {
            all[(size_t)codes[i] * rows + i] = 1;
        }
    }
    for (size_t level = 0; level < call->outputs_count; level++) {
        ret_outputs[level] =
            (vector_t){.type = TYPE_INTEGER, .count = rows, .integers = all + level * rows};
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
        .prepare = prepare_label,
        .learner = &LEARN_LEVELS,
        .finish = finish_levels,
        .apply = apply_label,
        .restore = restore_levels,
    },
    {
        .op = "encode",
        .method = "one_hot",
        .title = "A 0/1 column for each value",
        .help = "One 0/1 column for each distinct value, in place of the column.",
        .types = TYPES_ANY,
        .opens = true,
        .prepare = prepare_one_hot,
        .learner = &LEARN_LEVELS,
        .finish = finish_one_hot,
        .apply = apply_one_hot,
        .restore = restore_one_hot,
    },
    {0},
};
