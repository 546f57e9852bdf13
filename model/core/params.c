// SPDX-License-Identifier: MPL-2.0
#include "model/core/params.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_choice(const param_t *param, const json_t *value)
{
    const char *text = json_string_value(value);
    for (const char *at = param->choices; text && at && *at;) {
        size_t size = strcspn(at, "|");
        if (strlen(text) == size && memcmp(at, text, size) == 0) {
            return true;
        }
        at += size + (at[size] == '|');
    }
    return false;
}

static bool is_number(const param_t *param, const json_t *value)
{
    bool whole = param->type == PARAM_INTEGER;
    double x = json_number_value(value);
    return (whole ? json_is_integer(value) : json_is_number(value)) && isfinite(x) &&
           x >= param->min && x <= param->max;
}

static bool is_valid(const param_t *param, const json_t *value)
{
    if (json_is_null(value)) {
        return param->optional;
    }
    switch (param->type) {
    case PARAM_BOOLEAN:
        return json_is_boolean(value);
    case PARAM_CHOICE:
        return is_choice(param, value);
    default:
        return is_number(param, value) || (param->words && is_choice(param, value));
    }
}

static err_t wrong(const param_t *param, fault_t *fault)
{
    char remedy[FAULT_REMEDY_MAX];
    const char *nothing = param->optional ? ", or null" : "";
    if (param->type == PARAM_BOOLEAN) {
        snprintf(remedy, sizeof remedy, "give true or false%s", nothing);
    } else if (param->type == PARAM_CHOICE) {
        snprintf(remedy, sizeof remedy, "use one of %s%s", param->choices, nothing);
    } else {
        snprintf(remedy, sizeof remedy, "give %s from %g to %g%s%s%s",
                 param->type == PARAM_INTEGER ? "an integer" : "a number", param->min, param->max,
                 param->words ? ", or one of " : "", param->words ? param->choices : "", nothing);
    }
    return fault_set(fault, ERR_HYPERPARAMETER, remedy, "'%s' is not valid", param->name);
}

static const param_t *find(const param_t *table, const char *name)
{
    for (const param_t *param = table; param->name; param++) {
        if (strcmp(param->name, name) == 0) {
            return param;
        }
    }
    return NULL;
}

static err_t check_names(const param_t *table, const json_t *json, fault_t *fault)
{
    const char *name;
    json_t *value;
    if (json && !json_is_object(json)) {
        return fault_set(fault, ERR_HYPERPARAMETER, "give an object of names and values",
                         "the parameters are no object");
    }
    json_object_foreach((json_t *)json, name, value)
    {
        if (!find(table, name)) {
            return fault_set(fault, ERR_HYPERPARAMETER, "leave it out",
                             "there is no parameter '%.100s'", name);
        }
    }
    return ERR_OK;
}

err_t params_read(const param_t *table, const json_t *json, json_t **ret_params, fault_t *fault)
{
    err_t err = check_names(table, json, fault);
    json_t *params = json_object();
    for (const param_t *param = table; param->name && err == ERR_OK; param++) {
        json_t *given = json_object_get(json, param->name);
        if (given && !is_valid(param, given)) {
            err = wrong(param, fault);
        } else if (given) {
            json_object_set(params, param->name, given);
        } else {
            json_object_set_new(params, param->name,
                                json_loads(param->initial, JSON_DECODE_ANY, NULL));
        }
    }
    if (err != ERR_OK) {
        json_decref(params);
        return err;
    }
    *ret_params = params;
    return ERR_OK;
}

static json_t *choices_json(const char *choices)
{
    json_t *list = json_array();
    for (const char *at = choices; at && *at;) {
        size_t size = strcspn(at, "|");
        json_array_append_new(list, json_stringn(at, size));
        at += size + (at[size] == '|');
    }
    return list;
}

static json_t *param_json(const param_t *param)
{
    static const char *const types[] = {"number", "integer", "boolean", "choice"};
    json_t *json = json_pack(
        "{s:s, s:s, s:o, s:s}", "name", param->name, "type", types[param->type], "default",
        json_loads(param->initial, JSON_DECODE_ANY, NULL), "help", param->help);
    if (param->type == PARAM_NUMBER || param->type == PARAM_INTEGER) {
        json_object_set_new(json, "min", json_real(param->min));
        json_object_set_new(json, "max", json_real(param->max));
    }
    if (param->choices) {
        json_object_set_new(json, "choices", choices_json(param->choices));
    }
    if (param->optional) {
        json_object_set_new(json, "optional", json_true());
    }
    if (param->search) {
        json_object_set_new(json, "search", json_loads(param->search, 0, NULL));
    }
    return json;
}

json_t *params_to_json(const param_t *table)
{
    json_t *list = json_array();
    for (const param_t *param = table; param->name; param++) {
        json_array_append_new(list, param_json(param));
    }
    return list;
}

double params_number(const json_t *params, const char *name)
{
    return json_number_value(json_object_get(params, name));
}

int64_t params_integer(const json_t *params, const char *name)
{
    return json_integer_value(json_object_get(params, name));
}

bool params_flag(const json_t *params, const char *name)
{
    return json_is_true(json_object_get(params, name));
}

bool params_is_null(const json_t *params, const char *name)
{
    return json_is_null(json_object_get(params, name));
}

const char *params_text(const json_t *params, const char *name)
{
    return json_string_value(json_object_get(params, name));
}

bool params_chose(const json_t *params, const char *name, const char *choice)
{
    const char *text = params_text(params, name);
    return text && strcmp(text, choice) == 0;
}
