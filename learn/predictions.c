// SPDX-License-Identifier: MPL-2.0
#include "learn/predictions.h"

#include <stdlib.h>

#include "base/mem.h"
#include "data/value/number.h"
#include "learn/inputs.h"
#include "learn/outfile.h"
#include "learn/remarks.h"

enum { BLOCK = 512 }; // rows that are predicted at once

typedef struct {
    const predictor_t *with;
    inputs_t inputs;
    outfile_t output;
    double *x;      // BLOCK rows
    bool *complete; // of the rows of the block
    double *said;   // of the complete ones
    size_t complete_count;
    int64_t predicted;
    remarks_t *remarks;
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

// The prediction as JSON.
static json_t *prediction_to_json(const predictor_t *with, double said)
{
    task_t task = with->model->task;
    return task == TASK_CLASSIFY  ? labels_to_json(&with->sample->labels, (size_t)said)
           : task == TASK_REGRESS ? json_real(said)
                                  : json_integer((json_int_t)said);
}

// Keeps the raw features of one of the first rows that are predicted.
static void keep_row(work_t *work, size_t row, int64_t number, double said)
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
    json_array_append_new(work->predictions, prediction_to_json(work->with, said));
}

static void write_row(work_t *work, size_t row, int64_t number, double said)
{
    const predictor_t *with = work->with;
    char text[NUMBER_TEXT_SIZE];
    if (with->model->task == TASK_CLASSIFY) {
        outfile_text(&work->output, with->sample->labels.items[(size_t)said].text);
    } else {
        buf_add(&work->output.bytes, text, number_format(said, text));
    }
    keep_row(work, row, number, said);
}

// Collects the rows of a block that have all inputs; its first is row `first` of the stripe and
// `number` of the table.
static void collect(work_t *work, size_t first, size_t count, int64_t number)
{
    size_t columns = work->with->features->count;
    work->complete_count = 0;
    for (size_t i = 0; i < count; i++) {
        double *x = work->x + work->complete_count * columns;
        int64_t missing = inputs_finite_row(&work->inputs, first + i, x);
        work->complete[i] = missing == INPUTS_COMPLETE;
        work->complete_count += work->complete[i];
        if (work->remarks && !work->complete[i]) {
            remarks_lacks(work->remarks, number + (int64_t)i, (size_t)missing);
        }
    }
}

static void predict_block(work_t *work, size_t first, size_t count, int64_t number)
{
    const model_t *model = work->with->model;
    collect(work, first, count, number);
    matrix_t matrix = {work->x, work->complete_count, work->with->features->count};
    if (matrix.rows > 0) {
        model->estimator->predict(model, &matrix, work->said);
    }
    work->predicted += (int64_t)matrix.rows;
    size_t next = 0;
    for (size_t i = 0; i < count; i++) {
        buf_addf(&work->output.bytes, "%lld,", (long long)number + (long long)i);
        if (work->complete[i]) {
            write_row(work, first + i, number + (int64_t)i, work->said[next++]);
        }
        buf_add(&work->output.bytes, "\n", 1);
    }
}

static err_t predict_stripe(work_t *work, size_t stripe, const progress_t *progress, fault_t *fault)
{
    const frame_t *frame = work->with->features->frame;
    int64_t first = frame_stripe_first(frame, stripe);
    size_t rows = frame_stripe_rows(frame, stripe);
    err_t err = inputs_load(&work->inputs, stripe, fault);
    if (err == ERR_OK && work->remarks) {
        err = remarks_look(work->remarks, first + 1, fault);
    }
    for (size_t i = 0; i < rows && err == ERR_OK; i += BLOCK) {
        size_t count = rows - i < BLOCK ? rows - i : BLOCK;
        predict_block(work, i, count, first + (int64_t)i + 1);
        double done = (double)(first + (int64_t)(i + count)) / (double)frame_rows(frame);
        if (!progress_report(progress, done, "predict")) {
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
                        const progress_t *progress, predictions_t *ret_predictions, fault_t *fault)
{
    size_t count = predictor->features->count;
    work_t work = {.with = predictor,
                   .inputs = inputs_new(predictor->features),
                   .x = mem_array(count * BLOCK, sizeof(double)),
                   .complete = mem_array(BLOCK, sizeof(bool)),
                   .said = mem_array(BLOCK, sizeof(double)),
                   .rows = json_array(),
                   .row_numbers = json_array(),
                   .predictions = json_array()};
    work.remarks = predictor->remarks ? remarks_new(&work.inputs) : NULL;
    err_t err = write_file(&work, output_path, progress, fault);
    predictions_t made = {.predicted = work.predicted,
                          .self_check =
                              json_pack("{s:o, s:o, s:o}", "rows", work.rows, "row_numbers",
                                        work.row_numbers, "predictions", work.predictions),
                          .remarks = work.remarks ? remarks_list(work.remarks) : NULL};
    remarks_destroy(&work.remarks);
    inputs_release(&work.inputs);
    free(work.x);
    free(work.complete);
    free(work.said);
    if (err != ERR_OK) {
        predictions_release(&made);
        return err;
    }
    *ret_predictions = made;
    return ERR_OK;
}

void predictions_release(predictions_t *predictions)
{
    json_decref(predictions->self_check);
    json_decref(predictions->remarks);
    *predictions = (predictions_t){0};
}
