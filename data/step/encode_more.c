// SPDX-License-Identifier: MPL-2.0
// More ways to make numbers of values. Conventions: pandas' value_counts(normalize=...) for
// frequencies; the hashing trick with wyhash-like hashes (data/value/hash.h, seed 0) of the value
// as text; target encoding as told in target.h.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/step/codes.h"
#include "data/step/families.h"
#include "data/step/formula.h"
#include "data/step/learn.h"
#include "data/step/target.h"
#include "data/value/hash.h"

// --- frequency ---------------------------------------------------------------------------------

static const setting_t FREQUENCY[] = {
    {.name = "as",
     .kind = SETTING_CHOICE,
     .choices = "share|count",
     .initial = "\"share\"",
     .help = "the share of all values that are there, or how many there are"},
    {0},
};

static err_t prepare_frequency(call_t *call, fault_t *fault)
{
    (void)fault;
    bool count = step_chose(call->step, "as", "count");
    call_output(call, call->inputs[0].name, count ? TYPE_INTEGER : TYPE_FLOAT,
                call->inputs[0].filled);
    return ERR_OK;
}

static err_t finish_frequency(call_t *call, fault_t *fault)
{
    learned_levels_t *learned = call->learning;
    size_t count = levels_count(learned->levels);
    if (count == 0) {
        return learn_empty(call, fault);
    }
    int64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        total += levels_times(learned->levels, i);
    }
    params_t *params = params_new();
    params->levels = learned->levels;
    params->is_number = learned->is_number;
    params->values = mem_array(count, sizeof *params->values);
    params->values_count = count;
    bool share = step_chose(call->step, "as", "share");
    for (size_t i = 0; i < count; i++) {
        double times = (double)levels_times(params->levels, i);
        params->values[i] = share ? times / (double)total : times;
    }
    learned->levels = NULL;
    call->params = params;
    return ERR_OK;
}

static bool restore_valued(call_t *call)
{
    const params_t *params = call->params;
    return params->levels && params->values_count == levels_count(params->levels) &&
           params->is_number != type_in(call->inputs[0].type, TYPES_WORDS);
}

// Values that are not known are as frequent as nothing.
static err_t apply_frequency(const call_t *call, const place_t *place, const vector_t *inputs,
                             vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    const int32_t *codes = codes_of(call->params, &inputs[0], place->arena);
    double *numbers = arena_array(place->arena, place->rows, sizeof *numbers);
    int64_t *integers = arena_array(place->arena, place->rows, sizeof *integers);
    for (size_t i = 0; i < place->rows; i++) {
        bool known = vector_is_valid(&inputs[0], i) && codes[i] >= 0;
        numbers[i] = known ? call->params->values[codes[i]] : 0;
        integers[i] = (int64_t)numbers[i];
    }
    bool count = call->outputs[0].type == TYPE_INTEGER;
    ret_outputs[0] = (vector_t){.type = call->outputs[0].type,
                                .count = place->rows,
                                .valid = inputs[0].valid,
                                .numbers = count ? NULL : numbers,
                                .integers = count ? integers : NULL};
    return ERR_OK;
}

// --- hash --------------------------------------------------------------------------------------

static const setting_t HASH[] = {
    {.name = "buckets",
     .kind = SETTING_INTEGER,
     .initial = "16",
     .min = 2,
     .max = 1000000,
     .help = "how many numbers, from 0"},
    {0},
};

static err_t prepare_hash(call_t *call, fault_t *fault)
{
    call_output(call, call->inputs[0].name, TYPE_INTEGER, call->inputs[0].filled);
    return formula_prepare(call, fault, "text(x)");
}

static int64_t bucket_of(text_t text, uint64_t buckets)
{
    return (int64_t)(hash_bytes(text.bytes, text.size, 0) % buckets);
}

static err_t apply_hash(const call_t *call, const place_t *place, const vector_t *inputs,
                        vector_t *ret_outputs, fault_t *fault)
{
    uint64_t buckets = (uint64_t)step_integer(call->step, "buckets");
    vector_t texts;
    err_t err = expr_eval(call->tool, inputs, place->rows, place->arena, &texts, NULL, fault);
    if (err != ERR_OK) {
        return err;
    }
    int64_t *integers = arena_array(place->arena, place->rows, sizeof *integers);
    int64_t *of_word = texts.codes ? arena_array(place->arena, texts.words, sizeof *of_word) : NULL;
    for (size_t i = 0; of_word && i < texts.words; i++) {
        of_word[i] = bucket_of(texts.texts[i], buckets);
    }
    for (size_t i = 0; i < place->rows; i++) {
        integers[i] = !vector_is_valid(&texts, i) ? 0
                      : of_word                   ? of_word[texts.codes[i]]
                                                  : bucket_of(texts.texts[i], buckets);
    }
    ret_outputs[0] = (vector_t){
        .type = TYPE_INTEGER, .count = place->rows, .valid = texts.valid, .integers = integers};
    return ERR_OK;
}

// --- target ------------------------------------------------------------------------------------

static const setting_t TARGET[] = {
    {.name = "target",
     .kind = SETTING_COLUMN,
     .required = true,
     .max = STEP_NAME_BYTES,
     .help = "the column of numbers, or of true and false, whose mean stands for a value"},
    {.name = "smoothing",
     .kind = SETTING_NUMBER,
     .initial = "10",
     .min = 0,
     .max = 1e9,
     .help = "how many rows the mean of all counts as"},
    {.name = "folds",
     .kind = SETTING_INTEGER,
     .initial = "5",
     .min = 2,
     .max = TARGET_FOLDS_MAX,
     .help = "a row's number is learned from the other folds"},
    {.name = "seed",
     .kind = SETTING_INTEGER,
     .initial = "0",
     .min = 0,
     .max = 9007199254740991.0,
     .help = "which rows are in which fold"},
    {0},
};

static err_t prepare_target(call_t *call, fault_t *fault)
{
    const input_t *target = &call->inputs[1];
    if (!type_in(target->type, TYPES_NUMBER | 1 << TYPE_BOOLEAN)) {
        return call_fault(call, 1, ERR_COLUMN_TYPE, fault, "encode it by label first",
                          "column '%s' is %s; a target needs numbers", target->name,
                          type_name(target->type));
    }
    if (strcmp(target->name, call->inputs[0].name) == 0) {
        return call_fault(call, 0, ERR_STEP_PARAMETER, fault, "take it out of 'columns'",
                          "column '%s' is the target itself", target->name);
    }
    call_output(call, call->inputs[0].name, TYPE_FLOAT, true);
    return ERR_OK;
}

const step_kind_t ENCODE_MORE_KINDS[] = {
    {
        .op = "encode",
        .method = "frequency",
        .title = "How frequent the value is",
        .help = "The share or the number of rows that have the value; 0 for one not seen before.",
        .types = TYPES_ANY,
        .settings = FREQUENCY,
        .prepare = prepare_frequency,
        .learner = &LEARN_LEVELS,
        .finish = finish_frequency,
        .apply = apply_frequency,
        .restore = restore_valued,
    },
    {
        .op = "encode",
        .method = "hash",
        .title = "Number by hash",
        .help = "A number below 'buckets' that follows from the value alone; nothing is learned.",
        .types = TYPES_ANY,
        .settings = HASH,
        .prepare = prepare_hash,
        .apply = apply_hash,
        .release_tool = formula_release,
    },
    {
        .op = "encode",
        .method = "target",
        .title = "Mean of the target",
        .help = "The mean of a target over the rows with the value, learned from other rows.",
        .types = TYPES_ANY,
        .settings = TARGET,
        .prepare = prepare_target,
        .learner = &LEARN_TARGET,
        .apply = target_apply,
        .numbers = {"mean"},
        .restore = restore_valued,
    },
    {0},
};
