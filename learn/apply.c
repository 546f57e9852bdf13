// SPDX-License-Identifier: MPL-2.0
#include "learn/apply.h"

#include <unistd.h>

#include "base/text.h"
#include "data/frame/import.h"
#include "learn/drift.h"
#include "learn/ready.h"
#include "learn/saved.h"

static const double IMPORT_DONE = 0.4;
static const double PREDICT_DONE = 0.9;

static err_t read_model(const char *path, saved_t **ret_saved, fault_t *fault)
{
    json_error_t error;
    ready_t *ready = NULL;
    json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!json) {
        return fault_set(fault, ERR_CORRUPT, "give the model.json of a training",
                         "%.200s is no model: %.200s", path, error.text);
    }
    err_t err = ready_new(json, &ready, fault);
    ready_destroy(&ready);
    err = err == ERR_OK ? saved_read(json, ret_saved, fault) : err;
    json_decref(json);
    return err;
}

// What the model knows of a column's type goes before what the file's options say.
static json_t *merge_options(const saved_t *saved, const json_t *import)
{
    json_t *merged = import ? json_deep_copy(import) : json_object();
    json_t *own = saved_import_options(saved);
    json_t *columns = json_object_get(merged, "columns");
    const char *name;
    json_t *column;
    if (!columns) {
        columns = json_object();
        json_object_set_new(merged, "columns", columns);
    }
    json_object_foreach(json_object_get(own, "columns"), name, column)
    {
        json_t *there = json_object_get(columns, name);
        if (there) {
            json_object_update(there, column);
        } else {
            json_object_set(columns, name, column);
        }
    }
    json_decref(own);
    return merged;
}

// Options speak of the model's columns; what people gave is a table.
static err_t reword(err_t err, fault_t *fault)
{
    if (err == ERR_COLUMN_UNKNOWN && *fault->column) {
        char name[FAULT_COLUMN_MAX];
        text_copy(name, sizeof name, fault->column);
        fault_set(fault, err, "give a table with the columns the model learned",
                  "there is no column '%.200s'", name);
        fault_at(fault, 0, 0, name);
    }
    return err;
}

static err_t read_table(const apply_t *apply, const saved_t *saved, frame_t **ret_frame,
                        fault_t *fault)
{
    progress_t part = progress_part(apply->progress, 0, IMPORT_DONE);
    json_t *options = merge_options(saved, apply->import);
    json_t *description = NULL;
    import_t import = {.options = options, .progress = &part};
    int fd = -1;
    err_t err = import_scratch(apply->scratch, &fd, fault);
    err = err == ERR_OK ? reword(import_run(apply->input, &import, fd, &description, fault), fault)
                        : err;
    json_decref(description);
    json_decref(options);
    if (err != ERR_OK && fd >= 0) {
        close(fd);
    }
    return err == ERR_OK ? frame_open_fd(fd, ret_frame, fault) : err;
}

static err_t compare(const apply_t *apply, const saved_t *saved, const frame_t *frame,
                     json_t **ret_drift, fault_t *fault)
{
    progress_t part = progress_part(apply->progress, PREDICT_DONE, 1);
    const json_t *reference = json_object_get(saved_record(saved), "reference");
    return reference ? drift_report(reference, frame, &part, ret_drift, fault)
                     : fault_set(fault, ERR_UNSUPPORTED, "train it again with this version",
                                 "the model does not tell what its training table was like");
}

static err_t work(const apply_t *apply, const saved_t *saved, const frame_t *frame, json_t *result,
                  fault_t *fault)
{
    progress_t part = progress_part(apply->progress, IMPORT_DONE, PREDICT_DONE);
    json_t *drift = NULL;
    predictions_t made = {0};
    err_t err =
        apply->output ? saved_predict(saved, frame, apply->output, &part, &made, fault) : ERR_OK;
    if (err == ERR_OK && apply->drift) {
        err = compare(apply, saved, frame, &drift, fault);
    }
    json_object_set_new(result, "rows", json_integer(frame_rows(frame)));
    json_object_set_new(result, "predicted", json_integer(made.predicted));
    json_object_set_new(result, "remarks", made.remarks ? json_incref(made.remarks) : json_array());
    json_object_set_new(result, "drift", drift ? drift : json_null());
    predictions_release(&made);
    return err;
}

err_t apply_run(const apply_t *apply, json_t **ret_result, fault_t *fault)
{
    saved_t *saved = NULL;
    frame_t *frame = NULL;
    json_t *result = json_object();
    err_t err = read_model(apply->model, &saved, fault);
    err = err == ERR_OK ? read_table(apply, saved, &frame, fault) : err;
    err = err == ERR_OK ? work(apply, saved, frame, result, fault) : err;
    frame_destroy(&frame);
    saved_destroy(&saved);
    if (err != ERR_OK) {
        json_decref(result);
        return err;
    }
    *ret_result = result;
    return ERR_OK;
}
