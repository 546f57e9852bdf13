// SPDX-License-Identifier: MPL-2.0
#include "learn/examples.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "learn/inputs.h"

typedef struct {
    const features_t *features;
    const sample_t *sample;
    inputs_t inputs;
    examples_t examples;
} work_t;

static err_t fail_row(int64_t number, const feature_input_t *input, bool missing, fault_t *fault)
{
    if (missing) {
        fault_set(fault, ERR_COLUMN_MISSING,
                  "add a step that fills the missing values or drops the rows that have them",
                  "row %lld: feature '%s' has no value", (long long)number, input->name);
    } else {
        fault_set(fault, ERR_COLUMN_TYPE, "take the feature out, or scale it differently",
                  "row %lld: feature '%s' is not finite after the recipe", (long long)number,
                  input->name);
    }
    fault_at(fault, 0, 0, input->name);
    return fault->code;
}

// Adds the next row, which is `row` of the loaded stripe.
static err_t add_row(work_t *work, size_t row, fault_t *fault)
{
    examples_t *examples = &work->examples;
    const feature_input_t *inputs = work->features->inputs;
    int64_t number = work->sample->numbers[examples->rows];
    double *x = examples->x + examples->rows * examples->columns;
    int64_t missing = inputs_row(&work->inputs, row, x);
    if (missing != INPUTS_COMPLETE) {
        return fail_row(number, &inputs[missing], true, fault);
    }
    for (size_t i = 0; i < examples->columns; i++) {
        if (!isfinite(x[i])) {
            return fail_row(number, &inputs[i], false, fault);
        }
    }
    examples->rows++;
    return ERR_OK;
}

static err_t add_stripe(work_t *work, size_t stripe, fault_t *fault)
{
    const frame_t *frame = work->features->frame;
    const sample_t *sample = work->sample;
    int64_t first = frame_stripe_first(frame, stripe);
    int64_t end = first + (int64_t)frame_stripe_rows(frame, stripe);
    err_t err = inputs_load(&work->inputs, stripe, fault);
    while (err == ERR_OK && work->examples.rows < sample->count &&
           sample->numbers[work->examples.rows] <= end) {
        err = add_row(work, (size_t)(sample->numbers[work->examples.rows] - 1 - first), fault);
    }
    return err;
}

static err_t read_all(work_t *work, const progress_t *progress, fault_t *fault)
{
    size_t stripes = frame_stripes(work->features->frame);
    for (size_t i = 0; i < stripes; i++) {
        err_t err = add_stripe(work, i, fault);
        if (err != ERR_OK) {
            return err;
        }
        if (!progress_report(progress, (double)(i + 1) / (double)stripes, "read")) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
        }
    }
    return ERR_OK;
}

err_t examples_read(const features_t *features, const sample_t *sample, const progress_t *progress,
                    examples_t *ret_examples, fault_t *fault)
{
    if (sample->count > EXAMPLES_BYTES_MAX / sizeof(double) / features->count) {
        return fault_set(fault, ERR_TOO_LARGE, "use fewer features, or label instead of one_hot",
                         "%zu rows of %zu numbers do not fit into memory", sample->count,
                         features->count);
    }
    work_t work = {.features = features, .sample = sample, .inputs = inputs_new(features)};
    work.examples.columns = features->count;
    work.examples.x = malloc(sample->count * features->count * sizeof(double));
    err_t err = work.examples.x ? read_all(&work, progress, fault)
                                : fault_set(fault, ERR_MEMORY, "use fewer rows or features",
                                            "not enough memory for the rows");
    inputs_release(&work.inputs);
    if (err != ERR_OK) {
        examples_release(&work.examples);
        return err;
    }
    *ret_examples = work.examples;
    return ERR_OK;
}

void examples_release(examples_t *examples)
{
    free(examples->x);
    *examples = (examples_t){0};
}
