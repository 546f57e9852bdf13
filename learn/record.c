// SPDX-License-Identifier: MPL-2.0
#include "learn/record.h"

#include <stdlib.h>

#include "base/mem.h"
#include "data/engine/steps_json.h"
#include "learn/export.h"
#include "learn/partition.h"
#include "model/versions.h"

static const char *raw_name(const features_t *features, size_t column)
{
    return features_raw_name(features, column);
}

// The parameters, and what the training made of them.
static json_t *parameters_to_json(const request_t *request, const model_t *model)
{
    json_t *parameters = json_copy(request->parameters);
    json_t *weights = request->weight_kind == WEIGHT_BALANCED ? json_string("balanced")
                      : request->weights                      ? json_incref(request->weights)
                                                              : json_null();
    if (model->task == TASK_CLASSIFY && request->weight_kind != WEIGHT_NONE) {
        json_object_set(parameters, "class_weight", weights);
    }
    json_decref(weights);
    return parameters;
}

static json_t *features_to_json(const features_t *features)
{
    json_t *names = json_array();
    for (size_t i = 0; i < features->request->features_count; i++) {
        size_t column = features->request->features[i];
        json_array_append_new(names, json_string(raw_name(features, column)));
    }
    return names;
}

static json_t *feature_types_to_json(const features_t *features)
{
    json_t *types = json_array();
    for (size_t i = 0; i < features->request->features_count; i++) {
        size_t column = features->request->features[i];
        type_t type = features_raw_type(features, column);
        json_array_append_new(types, json_string(type_name(type)));
    }
    return types;
}

static json_t *inputs_to_json(const features_t *features)
{
    json_t *names = json_array();
    for (size_t i = 0; i < features->count; i++) {
        json_array_append_new(names, json_string(features->inputs[i].name));
    }
    return names;
}

static json_t *list_labels(const labels_t *labels)
{
    json_t *list = json_array();
    for (size_t i = 0; i < labels->count; i++) {
        json_array_append_new(list, labels_to_json(labels, i));
    }
    return list;
}

bool record_learned(const predictor_t *predictor, size_t row)
{
    return predictor->features->request->refit || !predictor->sample->test[row];
}

int64_t record_rows(const predictor_t *predictor)
{
    int64_t rows = 0;
    for (size_t i = 0; i < predictor->sample->count; i++) {
        rows += record_learned(predictor, i);
    }
    return rows;
}

static json_t *rows_to_json(const predictor_t *predictor)
{
    const sample_t *sample = predictor->sample;
    json_int_t tests = (json_int_t)sample_tests(sample);
    json_int_t used = (json_int_t)sample->count;
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "total", (json_int_t)sample->total,
                     "used", used, "train", used - tests, "test", tests, "model",
                     (json_int_t)record_rows(predictor), "target_missing",
                     (json_int_t)sample->target_missing, "dropped_missing",
                     (json_int_t)sample->dropped_missing);
}

static json_t *all_versions(void)
{
    json_t *all = json_pack("{s:s, s:i}", "autodp", AUTODP_VERSION, "pickle_format", EXPORT_FORMAT);
    json_t *libraries = versions_to_json();
    json_object_update(all, libraries);
    json_decref(libraries);
    return all;
}

static void set_classes(json_t *record, const labels_t *labels, const int64_t *confusion)
{
    json_object_set_new(record, "labels", list_labels(labels));
    json_object_set_new(record, "label_type", json_string(type_name(labels->type)));
    json_t *matrix = json_array();
    for (size_t truth = 0; truth < labels->count; truth++) {
        json_t *row = json_array();
        for (size_t said = 0; said < labels->count; said++) {
            json_array_append_new(row, json_integer(confusion[truth * labels->count + said]));
        }
        json_array_append_new(matrix, row);
    }
    json_object_set_new(record, "confusion",
                        json_pack("{s:o, s:o}", "labels", list_labels(labels), "matrix", matrix));
}

static void set_facts(json_t *record, const model_t *model, const features_t *features)
{
    const estimator_t *estimator = model->estimator;
    json_t *facts = estimator->facts ? estimator->facts(model) : json_object();
    json_object_update(record, facts);
    json_decref(facts);
    if (!estimator->importances) {
        return;
    }
    double *shares = mem_array(model->columns, sizeof *shares);
    json_t *importances = json_object();
    estimator->importances(model, shares);
    for (size_t i = 0; i < model->columns; i++) {
        json_object_set_new(importances, features->inputs[i].name, json_real(shares[i]));
    }
    json_object_set_new(record, "importances", importances);
    free(shares);
}

// What became of the features, with the place of each step in the whole recipe.
static json_t *steps_to_json(const features_t *features, size_t levels_max)
{
    json_t *steps = steps_json(features->flow, levels_max);
    for (size_t i = 0; i < features->flow->recipe.count; i++) {
        json_object_set_new(json_array_get(steps, i), "number",
                            json_integer(features->flow->recipe.steps[i].number));
    }
    return steps;
}

json_t *record_make(const predictor_t *predictor, const judgement_t *judgement, json_t *recipe,
                    json_t *self_check, size_t levels_max)
{
    const features_t *features = predictor->features;
    const request_t *request = features->request;
    const sample_t *sample = predictor->sample;
    json_t *record = json_pack("{s:i, s:s, s:s, s:o}", "format", EXPORT_FORMAT, "algorithm",
                               request->estimator->name, "task", task_name(request->task),
                               "parameters", parameters_to_json(request, predictor->model));
    json_object_set_new(record, "target",
                        request->target == REQUEST_NO_TARGET
                            ? json_null()
                            : json_string(raw_name(features, request->target)));
    json_object_set_new(record, "features", features_to_json(features));
    json_object_set_new(record, "feature_types", feature_types_to_json(features));
    json_object_set_new(record, "inputs", inputs_to_json(features));
    json_object_set(record, "recipe", recipe);
    json_object_set_new(record, "steps", steps_to_json(features, levels_max));
    json_object_set_new(record, "rows", rows_to_json(predictor));
    json_object_set_new(record, "seed", json_integer(request->seed));
    json_object_set_new(record, "test_size", json_real(request->test_size));
    json_object_set_new(record, "split", partition_to_json(sample, request, features->frame));
    json_object_set(record, "scores", judgement->scores);
    json_object_set(record, "insight", judgement->insight);
    if (request->task == TASK_CLASSIFY) {
        set_classes(record, &sample->labels, judgement->confusion);
    }
    set_facts(record, predictor->model, features);
    json_object_set(record, "self_check", self_check);
    json_object_set_new(record, "versions", all_versions());
    return record;
}
