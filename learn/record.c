// SPDX-License-Identifier: MPL-2.0
#include "learn/record.h"

#include <stdlib.h>

#include "base/text.h"
#include "data/engine/steps_json.h"
#include "learn/export_sklearn.h"

static const char *raw_name(const features_t *features, size_t column)
{
    return frame_name(features->frame, column);
}

static json_t *parameters_to_json(const request_t *request, const svc_t *svc)
{
    json_t *gamma = request->gamma_kind == GAMMA_NUMBER
                        ? json_real(request->gamma)
                        : json_string(request->gamma_kind == GAMMA_SCALE ? "scale" : "auto");
    json_t *weights = request->weight_kind == WEIGHT_BALANCED ? json_string("balanced")
                      : request->weights                      ? json_incref(request->weights)
                                                              : json_null();
    return json_pack("{s:f, s:s, s:o, s:f, s:i, s:f, s:o}", "C", request->C, "kernel",
                     request_kernel_name(request->kernel), "gamma", gamma, "gamma_value",
                     svc->gamma, "degree", request->degree, "coef0", request->coef0, "class_weight",
                     weights);
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
        type_t type = frame_type(features->frame, column);
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

static json_t *rows_to_json(const sample_t *sample)
{
    json_int_t tests = (json_int_t)sample_tests(sample);
    json_int_t used = (json_int_t)sample->count;
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "total", (json_int_t)sample->total, "used",
                     used, "train", used - tests, "test", tests, "target_missing",
                     (json_int_t)sample->target_missing, "dropped_missing",
                     (json_int_t)sample->dropped_missing);
}

static json_t *versions_to_json(void)
{
    char *libsvm = text_format("%d.%d", libsvm_version / 100, libsvm_version % 100);
    json_t *versions = json_pack("{s:s, s:s, s:i}", "autodp", AUTODP_VERSION, "libsvm", libsvm,
                                 "pickle_format", EXPORT_FORMAT);
    free(libsvm);
    return versions;
}

json_t *record_make(const predictor_t *predictor, const scores_t *scores, json_t *recipe,
                    json_t *self_check, size_t levels_max)
{
    const features_t *features = predictor->features;
    const request_t *request = features->request;
    const labels_t *labels = &predictor->sample->labels;
    json_t *record = json_pack("{s:i, s:s, s:o, s:s}", "format", EXPORT_FORMAT, "algorithm", "svc",
                               "parameters", parameters_to_json(request, predictor->svc), "target",
                               raw_name(features, request->target));
    json_object_set_new(record, "features", features_to_json(features));
    json_object_set_new(record, "feature_types", feature_types_to_json(features));
    json_object_set_new(record, "inputs", inputs_to_json(features));
    json_object_set(record, "recipe", recipe);
    json_object_set_new(record, "steps", steps_json(features->flow, levels_max));
    json_object_set_new(record, "labels", list_labels(labels));
    json_object_set_new(record, "label_type", json_string(type_name(labels->type)));
    json_object_set_new(record, "rows", rows_to_json(predictor->sample));
    json_object_set_new(record, "seed", json_integer(request->seed));
    json_object_set_new(record, "test_size", json_real(request->test_size));
    json_object_set_new(record, "scores", scores_to_json(scores, predictor->sample));
    json_object_set_new(record, "confusion", scores_confusion(scores, labels));
    json_object_set_new(record, "support_vectors", json_integer(predictor->svc->model->l));
    json_object_set(record, "self_check", self_check);
    json_object_set_new(record, "versions", versions_to_json());
    return record;
}
