// SPDX-License-Identifier: MPL-2.0
#include "learn/predictions.h"

#include <stdlib.h>

#include "base/mem.h"
#include "learn/inputs.h"
#include "learn/outfile.h"

enum { PROGRESS_ROWS = 256 }; // a prediction takes much longer than reading its row

typedef struct {
    const predictor_t *with;
    inputs_t inputs;
    outfile_t output;
    scores_t *scores;
    size_t next; // used row
    double *x;
    struct svm_node *nodes;
    json_t *rows;
    json_t *row_numbers;
    json_t *predictions;
} work_t;

// A cell of the table as pandas reads it: null, a number, a truth value, or a text.
static json_t *cell_to_json(stripe_t *stripe, size_t column, size_t row)
{
    const vector_t *cells = stripe_vector(stripe, column);
    if (!vector_is_valid(cells, row)) {
        return json_null();
    }
    switch (cells->type) {
    case TYPE_INTEGER:
        return json_integer(cells->integers[row]);
    case TYPE_FLOAT:
        return json_real(cells->numbers[row]);
    case TYPE_BOOLEAN:
        return json_boolean(cells->integers[row]);
    default: {
        text_t text = stripe_texts(stripe, column)[row];
        return json_stringn(text.bytes, text.size);
    }
    }
}

// Keeps the raw features of one of the first rows that are predicted.
static void keep_row(work_t *work, size_t row, int64_t number, int32_t prediction)
{
    const request_t *request = work->with->features->request;
    stripe_t *stripe = eval_stripe(work->inputs.eval);
    if (json_array_size(work->rows) == PREDICTIONS_SELF_CHECK_ROWS) {
        return;
    }
    json_t *cells = json_array();
    for (size_t i = 0; i < request->features_count; i++) {
        json_t *cell = cell_to_json(stripe, request->features[i], row);
        json_array_append_new(cells, cell);
        if (json_string_length(cell) > PREDICTIONS_SELF_CHECK_TEXT) {
            json_decref(cells);
            return;
        }
    }
    json_array_append_new(work->rows, cells);
    json_array_append_new(work->row_numbers, json_integer(number));
    json_array_append_new(work->predictions,
                          labels_to_json(&work->with->sample->labels, (size_t)prediction));
}

static void count_row(work_t *work, int64_t number, int32_t prediction)
{
    const sample_t *sample = work->with->sample;
    if (work->next < sample->count && sample->numbers[work->next] == number) {
        scores_add(work->scores, sample->test[work->next], sample->classes[work->next], prediction);
        work->next++;
    }
}

static void predict_row(work_t *work, size_t row, int64_t number)
{
    const predictor_t *with = work->with;
    buf_addf(&work->output.bytes, "%lld,", (long long)number);
    if (inputs_row(&work->inputs, row, work->x) == INPUTS_COMPLETE) {
        int32_t prediction = svc_predict(with->svc, work->x, work->nodes);
        outfile_text(&work->output, with->sample->labels.items[prediction].text);
        count_row(work, number, prediction);
        keep_row(work, row, number, prediction);
    }
    buf_add(&work->output.bytes, "\n", 1);
}

static err_t predict_stripe(work_t *work, size_t stripe, const progress_t *progress, fault_t *fault)
{
    const frame_t *frame = work->with->features->frame;
    int64_t first = frame_stripe_first(frame, stripe);
    size_t rows = frame_stripe_rows(frame, stripe);
    err_t err = inputs_load(&work->inputs, stripe, fault);
    for (size_t i = 0; i < rows && err == ERR_OK; i++) {
        int64_t number = first + (int64_t)i + 1;
        predict_row(work, i, number);
        double done = (double)number / (double)frame_rows(frame);
        if (number % PROGRESS_ROWS == 0 && !progress_report(progress, done, "predict")) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
        }
        err = outfile_flush(&work->output, fault);
    }
    return err;
}

static err_t write_file(work_t *work, const char *path, const progress_t *progress, fault_t *fault)
{
    err_t err = outfile_open(path, &work->output, fault);
    if (err != ERR_OK) {
        return err;
    }
    buf_addf(&work->output.bytes, "row,prediction\n");
    for (size_t i = 0; i < frame_stripes(work->with->features->frame) && err == ERR_OK; i++) {
        err = predict_stripe(work, i, progress, fault);
    }
    return outfile_close(&work->output, err, fault);
}

err_t predictions_write(const predictor_t *predictor, const char *output_path,
                        const progress_t *progress, scores_t *scores, json_t **ret_self_check,
                        fault_t *fault)
{
    size_t count = predictor->features->count;
    work_t work = {.with = predictor,
                   .inputs = inputs_new(predictor->features),
                   .scores = scores,
                   .x = mem_array(count, sizeof(double)),
                   .nodes = mem_array(count + 1, sizeof(struct svm_node)),
                   .rows = json_array(),
                   .row_numbers = json_array(),
                   .predictions = json_array()};
    err_t err = write_file(&work, output_path, progress, fault);
    inputs_release(&work.inputs);
    free(work.x);
    free(work.nodes);
    json_t *self_check = json_pack("{s:o, s:o, s:o}", "rows", work.rows, "row_numbers",
                                   work.row_numbers, "predictions", work.predictions);
    if (err != ERR_OK) {
        json_decref(self_check);
        return err;
    }
    *ret_self_check = self_check;
    return ERR_OK;
}
