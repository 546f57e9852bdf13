// SPDX-License-Identifier: MPL-2.0
#include "learn/ready.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "learn/cells.h"
#include "learn/inputs.h"
#include "learn/saved.h"
#include "learn/unknown.h"

static const double REPLAY_TOLERANCE = 1e-9;

struct ready {
    saved_t *saved;
    frame_t *frame; // without rows: the features
    request_t request;
    flow_t *flow;
    features_t features;
    inputs_t inputs;
    cells_t cells;
};

// --- Predicting --------------------------------------------------------------------------------

// The rows that have all inputs, and which those are.
typedef struct {
    double *x;
    bool *complete; // of each row
    size_t count;   // complete ones
    double *said;
    double *probabilities; // NULL: the model has none
} batch_t;

static void batch_release(batch_t *batch)
{
    free(batch->x);
    free(batch->complete);
    free(batch->said);
    free(batch->probabilities);
}

static void note(json_t *notes, size_t row, const char *column, const char *detail)
{
    json_array_append_new(notes, json_pack("{s:I, s:s, s:s}", "row", (json_int_t)row + 1, "column",
                                           column, "detail", detail));
}

static void collect(ready_t *ready, batch_t *batch, json_t *notes)
{
    size_t columns = ready->features.count;
    for (size_t i = 0; i < ready->cells.rows; i++) {
        double *x = batch->x + batch->count * columns;
        int64_t missing = inputs_finite_row(&ready->inputs, i, x);
        batch->complete[i] = missing == INPUTS_COMPLETE;
        batch->count += batch->complete[i];
        if (!batch->complete[i]) {
            note(notes, i, ready->features.inputs[missing].name,
                 "without a value here nothing is predicted: no step fills it");
        }
    }
}

static void predict(ready_t *ready, batch_t *batch)
{
    const model_t *model = saved_model(ready->saved);
    const estimator_t *estimator = model->estimator;
    matrix_t matrix = {batch->x, batch->count, ready->features.count};
    if (batch->count == 0) {
        return;
    }
    estimator->predict(model, &matrix, batch->said);
    if (model->task == TASK_CLASSIFY && estimator->probabilities &&
        !json_is_false(json_object_get(model->params, "probability"))) {
        batch->probabilities = mem_array(batch->count * model->classes, sizeof(double));
        estimator->probabilities(model, &matrix, batch->probabilities);
    }
}

static json_t *said_to_json(const ready_t *ready, double said)
{
    return saved_model(ready->saved)->task == TASK_CLASSIFY
               ? labels_to_json(saved_labels(ready->saved), (size_t)said)
               : json_real(said);
}

static json_t *shares_to_json(const double *shares, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_real(shares[i]));
    }
    return list;
}

static json_t *answer_of(const ready_t *ready, const batch_t *batch, json_t *notes)
{
    size_t classes = saved_model(ready->saved)->classes;
    json_t *predictions = json_array();
    json_t *probabilities = batch->probabilities ? json_array() : NULL;
    size_t next = 0;
    for (size_t i = 0; i < ready->cells.rows; i++) {
        bool complete = batch->complete[i];
        json_array_append_new(predictions,
                              complete ? said_to_json(ready, batch->said[next]) : json_null());
        if (probabilities) {
            json_array_append_new(
                probabilities, complete
                                   ? shares_to_json(batch->probabilities + next * classes, classes)
                                   : json_null());
        }
        next += complete;
    }
    const json_t *labels = json_object_get(saved_record(ready->saved), "labels");
    return json_pack("{s:o, s:o*, s:O*, s:o}", "predictions", predictions, "probabilities",
                     probabilities, "labels", (json_t *)labels, "notes", notes);
}

err_t ready_predict(ready_t *ready, const json_t *rows, json_t **ret_answer, fault_t *fault)
{
    err_t err = cells_read(ready->frame, rows, &ready->cells, fault);
    err = err == ERR_OK ? inputs_lay(&ready->inputs, ready->cells.vectors, ready->cells.rows, fault)
                        : err;
    json_t *notes = json_array();
    err = err == ERR_OK ? unknown_notes(&ready->inputs, notes, fault) : err;
    if (err != ERR_OK) {
        json_decref(notes);
        return err;
    }
    size_t count = ready->cells.rows;
    batch_t batch = {.x = mem_array(count * ready->features.count, sizeof(double)),
                     .complete = mem_array(count, sizeof(bool)),
                     .said = mem_array(count, sizeof(double))};
    collect(ready, &batch, notes);
    predict(ready, &batch);
    *ret_answer = answer_of(ready, &batch, notes);
    batch_release(&batch);
    return ERR_OK;
}

// --- Replaying ---------------------------------------------------------------------------------

static bool is_same(const json_t *said, const json_t *then)
{
    if (!json_is_real(said)) {
        return json_equal(said, then);
    }
    double x = json_number_value(said);
    double y = json_number_value(then);
    return json_is_number(then) && fabs(x - y) <= REPLAY_TOLERANCE * fmax(fabs(x), fabs(y));
}

// Whether it says of the record's rows what it said then.
static err_t replay(ready_t *ready, fault_t *fault)
{
    const json_t *check = json_object_get(saved_record(ready->saved), "self_check");
    const json_t *rows = json_object_get(check, "rows");
    const json_t *then = json_object_get(check, "predictions");
    json_t *answer = NULL;
    if (json_array_size(rows) == 0) {
        return ERR_OK;
    }
    bool same = ready_predict(ready, rows, &answer, fault) == ERR_OK;
    const json_t *now = json_object_get(answer, "predictions");
    same = same && json_array_size(now) == json_array_size(then);
    for (size_t i = 0; same && i < json_array_size(now); i++) {
        same = is_same(json_array_get(now, i), json_array_get(then, i));
    }
    json_decref(answer);
    return same ? ERR_OK
                : fault_set(fault, ERR_CORRUPT, "train the model again",
                            "the model does not say of its own rows what it said in training");
}

// --- The whole ---------------------------------------------------------------------------------

static err_t prepare(ready_t *ready, fault_t *fault)
{
    ready->request =
        (request_t){.target = REQUEST_NO_TARGET, .task = saved_model(ready->saved)->task};
    err_t err = saved_blank(ready->saved, &ready->frame, fault);
    if (err == ERR_OK) {
        err = saved_features(ready->saved, ready->frame, &ready->request, &ready->flow,
                             &ready->features, fault);
    }
    if (err == ERR_OK) {
        ready->inputs = inputs_new(&ready->features);
        err = replay(ready, fault);
    }
    return err;
}

err_t ready_new(const json_t *document, ready_t **ret_ready, fault_t *fault)
{
    ready_t *ready = mem_new(sizeof *ready);
    err_t err = saved_read(document, &ready->saved, fault);
    err = err == ERR_OK ? prepare(ready, fault) : err;
    if (err != ERR_OK) {
        ready_destroy(&ready);
        return err;
    }
    *ret_ready = ready;
    return ERR_OK;
}

void ready_destroy(ready_t **ready)
{
    if (!*ready) {
        return;
    }
    inputs_release(&(*ready)->inputs);
    features_release(&(*ready)->features);
    flow_destroy(&(*ready)->flow);
    request_release(&(*ready)->request);
    frame_destroy(&(*ready)->frame);
    cells_release(&(*ready)->cells);
    saved_destroy(&(*ready)->saved);
    free(*ready);
    *ready = NULL;
}
