// SPDX-License-Identifier: MPL-2.0
// Values far from the others: their rows go, or they become the nearest value that is not far.
// Conventions: iqr: outside [q25 - factor * (q75 - q25), q75 + factor * (q75 - q25)], quantiles
// "linear" (J. W. Tukey, "Exploratory Data Analysis", 1977); z_score: further than factor
// population standard deviations from the mean. A missing value is not far.
//
// The result of clip is FLOAT for integers too: bounds are seldom integral, and what a column's
// type becomes must be known before they are learned.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/step/families.h"
#include "data/step/learn.h"

enum { LOW, HIGH };

static bool is_iqr(const call_t *call)
{
    return strncmp(call->step->kind->method, "iqr", 3) == 0;
}

static err_t prepare_clip(call_t *call, fault_t *fault)
{
    (void)fault;
    call_output(call, call->inputs[0].name, TYPE_FLOAT, call->inputs[0].filled);
    return ERR_OK;
}

static err_t set_bounds(call_t *call, double low, double high, fault_t *fault)
{
    if (!isfinite(low) || !isfinite(high)) {
        return call_fault(call, 0, ERR_COLUMN_TYPE, fault, "take the column out of the step",
                          "the numbers of column '%s' are too large for %s", call->inputs[0].name,
                          call->step->kind->method);
    }
    call->params = params_new();
    call->params->numbers[LOW] = low;
    call->params->numbers[HIGH] = high;
    return ERR_OK;
}

static err_t finish_iqr(call_t *call, fault_t *fault)
{
    learned_quantiles_t *learned = call->learning;
    if (!learned->done) {
        learned->wanted[0] = 0.25;
        learned->wanted[1] = 0.75;
        learned->wanted_count = 2;
        return ERR_OK;
    }
    double reach = step_number(call->step, "factor") * (learned->values[1] - learned->values[0]);
    return set_bounds(call, learned->values[0] - reach, learned->values[1] + reach, fault);
}

static err_t finish_z_score(call_t *call, fault_t *fault)
{
    const learned_moments_t *learned = call->learning;
    double mean = learned->mean;
    double reach = step_number(call->step, "factor") * learned->sd;
    return set_bounds(call, mean - reach, mean + reach, fault);
}

static err_t apply_clip(const call_t *call, const place_t *place, const vector_t *inputs,
                        vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    double low = call->params->numbers[LOW];
    double high = call->params->numbers[HIGH];
    const double *from = vector_doubles(&inputs[0], place->arena);
    double *numbers = arena_array(place->arena, place->rows, sizeof *numbers);
    for (size_t i = 0; i < place->rows; i++) {
        numbers[i] = from[i] < low ? low : from[i] > high ? high : from[i];
    }
    ret_outputs[0] = (vector_t){
        .type = TYPE_FLOAT, .count = place->rows, .valid = inputs[0].valid, .numbers = numbers};
    return ERR_OK;
}

static bool restore_clip(call_t *call)
{
    return call->params->numbers[LOW] <= call->params->numbers[HIGH];
}

// --- Rows: the learner of one column serves all of them, each as a call of its own
// ----------------

static const learner_t *inner(const call_t *call)
{
    return is_iqr(call) ? &LEARN_QUANTILES : &LEARN_MOMENTS;
}

static err_t begin(call_t *call, fault_t *fault)
{
    call_t *columns = mem_array(call->inputs_count, sizeof *columns);
    call->learning = columns;
    err_t err = ERR_OK;
    for (size_t i = 0; i < call->inputs_count && err == ERR_OK; i++) {
        columns[i] = (call_t){.step = call->step, .inputs = &call->inputs[i], .inputs_count = 1};
        err = inner(call)->begin(&columns[i], fault);
    }
    return err;
}

static err_t gather(const call_t *call, const place_t *place, const vector_t *inputs,
                    void **ret_part, fault_t *fault)
{
    const call_t *columns = call->learning;
    void **parts = arena_array(place->arena, call->inputs_count, sizeof *parts);
    err_t err = ERR_OK;
    for (size_t i = 0; i < call->inputs_count && err == ERR_OK; i++) {
        if (!columns[i].params) {
            err = inner(call)->gather(&columns[i], place, &inputs[i], &parts[i], fault);
        }
    }
    *ret_part = parts;
    return err;
}

static err_t merge(call_t *call, const place_t *place, void *part, fault_t *fault)
{
    call_t *columns = call->learning;
    void **parts = part;
    err_t err = ERR_OK;
    for (size_t i = 0; i < call->inputs_count && err == ERR_OK; i++) {
        if (!columns[i].params) {
            err = inner(call)->merge(&columns[i], place, parts[i], fault);
        }
    }
    return err;
}

static void set_all_bounds(call_t *call)
{
    const call_t *columns = call->learning;
    call->params = params_new();
    call->params->values_count = 2 * call->inputs_count;
    call->params->values = mem_array(call->params->values_count, sizeof(double));
    for (size_t i = 0; i < call->inputs_count; i++) {
        memcpy(&call->params->values[2 * i], columns[i].params->numbers, 2 * sizeof(double));
    }
}

static err_t end(call_t *call, bool *ret_again, fault_t *fault)
{
    call_t *columns = call->learning;
    *ret_again = false;
    for (size_t i = 0; i < call->inputs_count; i++) {
        bool again = false;
        err_t err = columns[i].params ? ERR_OK : inner(call)->end(&columns[i], &again, fault);
        if (err != ERR_OK) {
            return err;
        }
        *ret_again = *ret_again || again;
    }
    if (!*ret_again) {
        set_all_bounds(call);
    }
    return ERR_OK;
}

static void discard(call_t *call)
{
    call_t *columns = call->learning;
    for (size_t i = 0; i < call->inputs_count; i++) {
        if (columns[i].learning) {
            inner(call)->discard(&columns[i]);
        }
        params_release(&columns[i].params);
    }
    free(columns);
    call->learning = NULL;
}

static const learner_t LEARN_ALL = {
    .begin = begin, .gather = gather, .merge = merge, .end = end, .discard = discard};

static err_t keep_near(const call_t *call, const place_t *place, const vector_t *inputs,
                       uint8_t *ret_keep, fault_t *fault)
{
    (void)fault;
    memset(ret_keep, 1, place->rows);
    for (size_t i = 0; i < call->inputs_count; i++) {
        double low = call->params->values[2 * i];
        double high = call->params->values[2 * i + 1];
        const double *numbers = vector_doubles(&inputs[i], place->arena);
        for (size_t row = 0; row < place->rows; row++) {
            bool far = numbers[row] < low || numbers[row] > high;
            ret_keep[row] &= !far || !vector_is_valid(&inputs[i], row);
        }
    }
    return ERR_OK;
}

static bool restore_rows(call_t *call)
{
    return call->params->values_count == 2 * call->inputs_count;
}

static const setting_t IQR[] = {
    {.name = "factor",
     .kind = SETTING_NUMBER,
     .initial = "1.5",
     .min = 0,
     .max = 1e6,
     .help = "how many widths of the middle half a value may be away from it"},
    {0},
};

static const setting_t Z_SCORE[] = {
    {.name = "factor",
     .kind = SETTING_NUMBER,
     .initial = "3",
     .min = 0,
     .max = 1e6,
     .help = "how many standard deviations a value may be away from the mean"},
    {0},
};

const step_kind_t OUTLIER_KINDS[] = {
    {
        .op = "outliers",
        .method = "iqr_remove",
        .title = "Drop outliers by the middle half",
        .help = "Rows go where a value is far outside of the middle half of its column.",
        .shape = STEP_ROWS,
        .types = TYPES_NUMBER,
        .settings = IQR,
        .learner = &LEARN_ALL,
        .finish = finish_iqr,
        .keep = keep_near,
        .restore = restore_rows,
    },
    {
        .op = "outliers",
        .method = "iqr_clip",
        .title = "Clip outliers by the middle half",
        .help = "Values far outside of the middle half become the bound.",
        .types = TYPES_NUMBER,
        .settings = IQR,
        .prepare = prepare_clip,
        .learner = &LEARN_QUANTILES,
        .finish = finish_iqr,
        .apply = apply_clip,
        .numbers = {"low", "high"},
        .restore = restore_clip,
    },
    {
        .op = "outliers",
        .method = "z_score_remove",
        .title = "Drop outliers by the deviation",
        .help = "Rows go where a value is many standard deviations away from the mean.",
        .shape = STEP_ROWS,
        .types = TYPES_NUMBER,
        .settings = Z_SCORE,
        .learner = &LEARN_ALL,
        .finish = finish_z_score,
        .keep = keep_near,
        .restore = restore_rows,
    },
    {
        .op = "outliers",
        .method = "z_score_clip",
        .title = "Clip outliers by the deviation",
        .help = "Values many standard deviations away from the mean become the bound.",
        .types = TYPES_NUMBER,
        .settings = Z_SCORE,
        .prepare = prepare_clip,
        .learner = &LEARN_MOMENTS,
        .finish = finish_z_score,
        .apply = apply_clip,
        .numbers = {"low", "high"},
        .restore = restore_clip,
    },
    {0},
};
