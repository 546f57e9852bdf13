// SPDX-License-Identifier: MPL-2.0
#include "learn/examples.h"

#include <stdlib.h>

#include "base/mem.h"
#include "learn/inputs.h"

typedef struct {
    const features_t *features;
    const sample_t *sample;
    inputs_t inputs;
    size_t next; // used row
    double *x;
    examples_t examples;
} work_t;

static err_t fail_missing(int64_t number, const track_t *input, fault_t *fault)
{
    fault_set(fault, ERR_COLUMN_MISSING,
              "add a step that fills the missing values or drops the rows that have them",
              "row %lld: feature '%s' has no value", (long long)number, input->name);
    fault_at(fault, 0, 0, input->name);
    return ERR_COLUMN_MISSING;
}

// Adds the next used row, which is `row` of the loaded stripe.
static err_t add_row(work_t *work, size_t row, fault_t *fault)
{
    const sample_t *sample = work->sample;
    size_t used = work->next++;
    int64_t missing = inputs_row(&work->inputs, row, work->x);
    if (missing != INPUTS_COMPLETE) {
        return fail_missing(sample->numbers[used], &work->features->inputs[missing], fault);
    }
    if (sample->test[used]) {
        return ERR_OK;
    }
    work->examples.classes[work->examples.matrix.rows] = sample->classes[used];
    if (sparse_add(&work->examples.matrix, work->x)) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_TOO_LARGE, "use fewer features, or label instead of one_hot",
                     "the training rows do not fit into memory");
}

static err_t add_stripe(work_t *work, size_t stripe, fault_t *fault)
{
    const frame_t *frame = work->features->frame;
    const sample_t *sample = work->sample;
    int64_t first = frame_stripe_first(frame, stripe);
    int64_t end = first + (int64_t)frame_stripe_rows(frame, stripe);
    err_t err = inputs_load(&work->inputs, stripe, fault);
    while (err == ERR_OK && work->next < sample->count && sample->numbers[work->next] <= end) {
        err = add_row(work, (size_t)(sample->numbers[work->next] - 1 - first), fault);
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

// Moves the first row of each class to the front, ascending.
static void order(examples_t *examples, size_t classes_count)
{
    size_t rows = examples->matrix.rows;
    size_t *starts = mem_array(rows, sizeof *starts);
    int32_t *classes = mem_array(rows, sizeof *classes);
    bool *seen = mem_array(classes_count, sizeof *seen);
    size_t rest = classes_count;
    for (size_t i = 0; i < rows; i++) {
        int32_t class = examples->classes[i];
        size_t to = seen[class] ? rest++ : (size_t) class;
        seen[class] = true;
        starts[to] = examples->matrix.starts[i];
        classes[to] = class;
    }
    free(seen);
    free(examples->matrix.starts);
    free(examples->classes);
    examples->matrix.starts = starts;
    examples->classes = classes;
}

err_t examples_read(const features_t *features, const sample_t *sample, const progress_t *progress,
                    examples_t *ret_examples, fault_t *fault)
{
    work_t work = {.features = features, .sample = sample, .inputs = inputs_new(features)};
    work.x = mem_array(features->count, sizeof *work.x);
    work.examples.classes = mem_array(sample->count, sizeof *work.examples.classes);
    work.examples.matrix.columns = features->count;
    err_t err = read_all(&work, progress, fault);
    inputs_release(&work.inputs);
    free(work.x);
    if (err != ERR_OK) {
        examples_release(&work.examples);
        return err;
    }
    order(&work.examples, sample->labels.count);
    *ret_examples = work.examples;
    return ERR_OK;
}

void examples_release(examples_t *examples)
{
    sparse_release(&examples->matrix);
    free(examples->classes);
    *examples = (examples_t){0};
}
