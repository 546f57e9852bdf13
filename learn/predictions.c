// SPDX-License-Identifier: MPL-2.0
#include "learn/predictions.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/value/number.h"
#include "data/writer.h"

enum { PROGRESS_ROWS = 256 }; // a prediction takes much longer than reading its row

typedef struct {
    const predictor_t *with;
    writer_t *writer;
    scores_t *scores;
    size_t next; // used row
    double *x;
    struct svm_node *nodes;
    json_t *rows;
    json_t *row_numbers;
    json_t *predictions;
} work_t;

// A raw field as pandas reads it: null, a number, or a text.
static json_t *field_to_json(type_t type, const reader_field_t *field)
{
    number_t number;
    if (field_missing(field->text, field->size)) {
        return json_null();
    }
    switch (type == TYPE_TEXT ? NUMBER_NONE : number_parse(field->text, field->size, &number)) {
    case NUMBER_INTEGER:
        return json_integer(number.integer);
    case NUMBER_FLOAT:
        return json_real(number.value);
    default:
        return json_stringn(field->text, field->size);
    }
}

static void keep_row(work_t *work, const reader_row_t *row, int32_t prediction)
{
    const request_t *request = work->with->features->request;
    const table_t *table = work->with->features->fit->table;
    if (json_array_size(work->rows) == PREDICTIONS_SELF_CHECK_ROWS) {
        return;
    }
    json_t *cells = json_array();
    for (size_t i = 0; i < request->features_count; i++) {
        size_t column = request->features[i];
        if (row->fields[column].size > PREDICTIONS_SELF_CHECK_TEXT) {
            json_decref(cells);
            return;
        }
        json_array_append_new(cells,
                              field_to_json(table->columns[column].type, &row->fields[column]));
    }
    json_array_append_new(work->rows, cells);
    json_array_append_new(work->row_numbers, json_integer(row->number));
    json_array_append_new(work->predictions,
                          labels_to_json(&work->with->rows->labels, (size_t)prediction));
}

static void count_row(work_t *work, const reader_row_t *row, int32_t prediction)
{
    const rows_t *rows = work->with->rows;
    if (work->next < rows->count && rows->numbers[work->next] == row->number) {
        scores_add(work->scores, rows->test[work->next], rows->classes[work->next], prediction);
        work->next++;
    }
}

static err_t predict_row(work_t *work, const reader_row_t *row, fault_t *fault)
{
    const predictor_t *with = work->with;
    const column_t *missing = NULL;
    err_t err = features_row(with->features, row, work->x, &missing, fault);
    if (err != ERR_OK) {
        return err;
    }
    writer_value(work->writer, (value_t){.kind = VALUE_NUMBER, .number = (double)row->number});
    if (missing) {
        writer_value(work->writer, (value_t){.kind = VALUE_MISSING});
    } else {
        int32_t prediction = svc_predict(with->svc, work->x, work->nodes);
        const char *label = with->rows->labels.items[prediction].text;
        writer_text(work->writer, label, strlen(label));
        count_row(work, row, prediction);
        keep_row(work, row, prediction);
    }
    return writer_end_row(work->writer, false, fault);
}

static err_t predict_all(reader_t *reader, work_t *work, const progress_t *progress, fault_t *fault)
{
    const reader_row_t *row = NULL;
    int64_t size = reader_size(reader);
    writer_text(work->writer, "row", 3);
    writer_text(work->writer, "prediction", 10);
    err_t err = writer_end_row(work->writer, false, fault);
    while (err == ERR_OK) {
        err = reader_next(reader, &row, fault);
        if (err != ERR_OK || !row) {
            return err;
        }
        err = predict_row(work, row, fault);
        double done = size > 0 ? (double)reader_offset(reader) / (double)size : 0;
        if (err == ERR_OK && row->number % PROGRESS_ROWS == 0 &&
            !progress_report(progress, done, "predict")) {
            err = fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
        }
    }
    return err;
}

static err_t write_file(const char *path, const char *output_path, work_t *work,
                        const progress_t *progress, fault_t *fault)
{
    const table_t *table = work->with->features->fit->table;
    reader_t *reader = NULL;
    err_t err = table_open(table, path, &reader, fault);
    if (err == ERR_OK) {
        err = writer_open(output_path, ',', &work->writer, fault);
    }
    if (err == ERR_OK) {
        err = predict_all(reader, work, progress, fault);
    }
    int64_t bytes = 0;
    if (err == ERR_OK) {
        err = writer_close(&work->writer, &bytes, fault);
    }
    writer_destroy(&work->writer);
    reader_destroy(&reader);
    return err;
}

err_t predictions_write(const char *path, const predictor_t *predictor, const char *output_path,
                        const progress_t *progress, scores_t *scores, json_t **ret_self_check,
                        fault_t *fault)
{
    size_t inputs = predictor->features->count;
    work_t work = {.with = predictor,
                   .scores = scores,
                   .x = mem_array(inputs, sizeof(double)),
                   .nodes = mem_array(inputs + 1, sizeof(struct svm_node)),
                   .rows = json_array(),
                   .row_numbers = json_array(),
                   .predictions = json_array()};
    err_t err = write_file(path, output_path, &work, progress, fault);
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
