// SPDX-License-Identifier: MPL-2.0
#include "learn/request_parameters.h"

#include <math.h>
#include <string.h>

#include "learn/setting.h"

static err_t read_weights(const json_t *json, request_t *request, fault_t *fault)
{
    json_t *given = json_object_get(json, "class_weight");
    const char *name = json_string_value(given);
    const char *remedy = "use null, balanced, or a map of label to a number above 0";
    if (!given || json_is_null(given)) {
        return ERR_OK;
    }
    if (name && strcmp(name, "balanced") == 0) {
        request->weight_kind = WEIGHT_BALANCED;
        return ERR_OK;
    }
    if (!json_is_object(given)) {
        return setting_fail(fault, "class_weight", remedy);
    }
    const char *label;
    json_t *weight;
    json_object_foreach(given, label, weight)
    {
        double number = json_number_value(weight);
        if (!json_is_number(weight) || !isfinite(number) || number <= 0) {
            return setting_fail(fault, "class_weight", remedy);
        }
    }
    request->weight_kind = WEIGHT_MAP;
    request->weights = json_incref(given);
    return ERR_OK;
}

static bool has_parameter(const request_t *request, const char *name)
{
    for (const param_t *param = request->estimator->params; param->name; param++) {
        if (strcmp(param->name, name) == 0) {
            return true;
        }
    }
    return false;
}

err_t request_parameters(const json_t *json, request_t *request, fault_t *fault)
{
    if (json && !json_is_null(json) && !json_is_object(json)) {
        return setting_fail(fault, "parameters", "use an object");
    }
    err_t err = read_weights(json, request, fault);
    json_t *own = json_is_object(json) ? json_copy((json_t *)json) : json_object();
    if (request->weight_kind != WEIGHT_BALANCED || !has_parameter(request, "class_weight")) {
        json_object_del(own, "class_weight");
    } else {
        request->weight_kind = WEIGHT_NONE; // it is the estimator's own
    }
    err = err == ERR_OK ? params_read(request->estimator->params, own, &request->parameters, fault)
                        : err;
    json_decref(own);
    if (err == ERR_OK && request->weight_kind != WEIGHT_NONE && request->task != TASK_CLASSIFY) {
        return setting_fail(fault, "class_weight", "leave it out: there are no classes");
    }
    return err;
}
