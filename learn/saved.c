// SPDX-License-Identifier: MPL-2.0
#include "learn/saved.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/engine/steps_json.h"
#include "data/value/number.h"
#include "learn/exports.h"
#include "learn/parts.h"
#include "learn/preparation.h"

struct saved {
    json_t *record;
    model_t *model;
    labels_t labels;
};

json_t *saved_make(const json_t *record, const model_t *model)
{
    return json_pack("{s:i, s:O, s:o}", "format", EXPORT_FORMAT, "record", record, "model",
                     model_to_json(model));
}

static err_t damaged(fault_t *fault)
{
    return fault_set(fault, ERR_CORRUPT, "train the model again",
                     "the model's document is damaged");
}

// --- Reading -----------------------------------------------------------------------------------

static bool read_label(labels_t *labels, const json_t *json)
{
    char text[NUMBER_TEXT_SIZE] = "";
    label_t label = {.integer =
                         json_is_boolean(json) ? json_is_true(json) : json_integer_value(json),
                     .number = json_number_value(json)};
    if (labels->type == TYPE_TEXT) {
        label.text = json_is_string(json) ? mem_strdup(json_string_value(json)) : NULL;
    } else if (labels->type == TYPE_BOOLEAN) {
        label.text =
            json_is_boolean(json) ? mem_strdup(json_is_true(json) ? "true" : "false") : NULL;
    } else if (labels->type == TYPE_INTEGER && json_is_integer(json)) {
        label.text = text_dup(text, number_format_integer(label.integer, text));
    } else if (json_is_number(json)) {
        label.text = text_dup(text, number_format(label.number, text));
    }
    if (!label.text) {
        return false;
    }
    labels->items[labels->count++] = label;
    return true;
}

static bool read_labels(saved_t *saved)
{
    const json_t *list = json_object_get(saved->record, "labels");
    const char *name = json_string_value(json_object_get(saved->record, "label_type"));
    type_t type = TYPE_TEXT;
    if (saved->model->task != TASK_CLASSIFY) {
        return true;
    }
    if (!name || !type_by_name(name, &type) || json_array_size(list) != saved->model->classes) {
        return false;
    }
    saved->labels.type = type;
    saved->labels.items = mem_array(saved->model->classes, sizeof *saved->labels.items);
    for (size_t i = 0; i < saved->model->classes; i++) {
        if (!read_label(&saved->labels, json_array_get(list, i))) {
            return false;
        }
    }
    return true;
}

static bool is_texts(const json_t *list)
{
    size_t i;
    json_t *item;
    json_array_foreach((json_t *)list, i, item)
    {
        if (!json_is_string(item)) {
            return false;
        }
    }
    return json_array_size(list) > 0;
}

static bool is_record(const json_t *record)
{
    const json_t *features = json_object_get(record, "features");
    const json_t *types = json_object_get(record, "feature_types");
    return is_texts(features) && is_texts(types) &&
           json_array_size(features) == json_array_size(types) &&
           json_is_array(json_object_get(record, "recipe")) &&
           json_is_array(json_object_get(record, "steps"));
}

err_t saved_read(const json_t *json, saved_t **ret_saved, fault_t *fault)
{
    saved_t *saved = mem_new(sizeof *saved);
    saved->record = json_incref(json_object_get(json, "record"));
    err_t err = is_record(saved->record) ? ERR_OK : damaged(fault);
    if (err == ERR_OK) {
        err = model_from_json(json_object_get(json, "model"), ESTIMATORS, &saved->model, fault);
    }
    if (err == ERR_OK && !read_labels(saved)) {
        err = damaged(fault);
    }
    if (err != ERR_OK) {
        saved_destroy(&saved);
        return err;
    }
    *ret_saved = saved;
    return ERR_OK;
}

const json_t *saved_record(const saved_t *saved)
{
    return saved->record;
}

const model_t *saved_model(const saved_t *saved)
{
    return saved->model;
}

const labels_t *saved_labels(const saved_t *saved)
{
    return &saved->labels;
}

json_t *saved_import_options(const saved_t *saved)
{
    const json_t *features = json_object_get(saved->record, "features");
    const json_t *types = json_object_get(saved->record, "feature_types");
    json_t *columns = json_object();
    for (size_t i = 0; i < json_array_size(features); i++) {
        json_object_set_new(columns, json_string_value(json_array_get(features, i)),
                            json_pack("{s:O}", "type", json_array_get(types, i)));
    }
    return json_pack("{s:o}", "columns", columns);
}

// --- Predicting --------------------------------------------------------------------------------

// The features' places in another table.
static err_t find_features(const saved_t *saved, const frame_t *frame, request_t *request,
                           fault_t *fault)
{
    const json_t *features = json_object_get(saved->record, "features");
    request->features = mem_array(json_array_size(features), sizeof *request->features);
    for (size_t i = 0; i < json_array_size(features); i++) {
        const char *name = json_string_value(json_array_get(features, i));
        int64_t column = frame_find(frame, name);
        if (column < 0) {
            fault_set(fault, ERR_COLUMN_UNKNOWN, "give a table with the columns the model learned",
                      "there is no column '%.200s'", name);
            fault_at(fault, 0, 0, name);
            return ERR_COLUMN_UNKNOWN;
        }
        request->features[request->features_count++] = (size_t)column;
    }
    return ERR_OK;
}

// The steps as a recipe, with the numbers that they had in the one of the training.
static err_t read_steps(const json_t *steps, recipe_t *ret_recipe, fault_t *fault)
{
    json_t *recipe = json_array();
    size_t i;
    json_t *step;
    json_array_foreach((json_t *)steps, i, step)
    {
        json_t *copy = json_copy(step);
        json_object_del(copy, "parameters");
        json_object_del(copy, "number");
        json_array_append_new(recipe, copy);
    }
    err_t err = recipe_read(recipe, ret_recipe, fault);
    json_decref(recipe);
    for (size_t s = 0; err == ERR_OK && s < ret_recipe->count; s++) {
        if (!part_goes(&ret_recipe->steps[s])) {
            recipe_release(ret_recipe);
            return damaged(fault);
        }
        const json_t *number = json_object_get(json_array_get(steps, s), "number");
        if (json_is_integer(number)) {
            ret_recipe->steps[s].number = (int32_t)json_integer_value(number);
        }
    }
    return err;
}

static err_t make_features(const saved_t *saved, const frame_t *frame, const request_t *request,
                           flow_t **ret_flow, features_t *ret_features, fault_t *fault)
{
    const json_t *steps = json_object_get(saved->record, "steps");
    recipe_t recipe = {0};
    err_t err = read_steps(steps, &recipe, fault);
    if (err == ERR_OK) {
        err = preparation_lay(frame_description(frame), &recipe, request, ret_flow, fault);
        recipe_release(&recipe);
    }
    if (err == ERR_OK) {
        err = steps_restore(*ret_flow, steps, fault);
    }
    if (err == ERR_OK) {
        err = features_new(frame, *ret_flow, request, ret_features, fault);
    }
    if (err == ERR_OK && ret_features->count != saved->model->columns) {
        features_release(ret_features);
        return damaged(fault);
    }
    return err;
}

err_t saved_features(const saved_t *saved, const frame_t *frame, request_t *request,
                     flow_t **ret_flow, features_t *ret_features, fault_t *fault)
{
    err_t err = find_features(saved, frame, request, fault);
    return err == ERR_OK ? make_features(saved, frame, request, ret_flow, ret_features, fault)
                         : err;
}

err_t saved_predict(const saved_t *saved, const frame_t *frame, const char *output_path,
                    const progress_t *progress, predictions_t *ret_predictions, fault_t *fault)
{
    request_t request = {.target = REQUEST_NO_TARGET, .task = saved->model->task};
    flow_t *flow = NULL;
    features_t features = {0};
    sample_t sample = {.labels = saved->labels};
    err_t err = saved_features(saved, frame, &request, &flow, &features, fault);
    if (err == ERR_OK) {
        predictor_t predictor = {
            .features = &features, .model = saved->model, .sample = &sample, .remarks = true};
        err = predictions_write(&predictor, output_path, progress, ret_predictions, fault);
        features_release(&features);
    }
    flow_destroy(&flow);
    request_release(&request);
    return err;
}

// --- Without a table ---------------------------------------------------------------------------

err_t saved_blank(const saved_t *saved, frame_t **ret_frame, fault_t *fault)
{
    const json_t *types = json_object_get(saved->record, "feature_types");
    json_t *columns = json_array();
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(saved->record, "features"), i, name)
    {
        json_array_append_new(
            columns, json_pack("{s:O, s:O}", "name", name, "type", json_array_get(types, i)));
    }
    json_t *description =
        json_pack("{s:o, s:s, s:i}", "columns", columns, "delimiter", ",", "rows", 0);
    err_t err = frame_blank(description, ret_frame, fault);
    json_decref(description);
    return err;
}

err_t saved_export(const saved_t *saved, const char *format, buf_t *out, fault_t *fault)
{
    request_t request = {.target = REQUEST_NO_TARGET, .task = saved->model->task};
    frame_t *frame = NULL;
    flow_t *flow = NULL;
    features_t features = {0};
    err_t err = saved_blank(saved, &frame, fault);
    err = err == ERR_OK ? saved_features(saved, frame, &request, &flow, &features, fault) : err;
    if (err == ERR_OK) {
        const json_t *told = json_object_get(saved->record, "rows");
        const json_t *rows = json_object_get(told, "model");
        export_t source = {.features = &features,
                           .model = saved->model,
                           .labels = &saved->labels,
                           .rows =
                               json_integer_value(rows ? rows : json_object_get(told, "train"))};
        err = exports_make(&source, format, out, fault);
        features_release(&features);
    }
    flow_destroy(&flow);
    request_release(&request);
    frame_destroy(&frame);
    return err;
}

void saved_destroy(saved_t **saved)
{
    if (!*saved) {
        return;
    }
    json_decref((*saved)->record);
    model_destroy(&(*saved)->model);
    labels_release(&(*saved)->labels);
    free(*saved);
    *saved = NULL;
}
