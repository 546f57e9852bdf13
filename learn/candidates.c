// SPDX-License-Identifier: MPL-2.0
#include "learn/candidates.h"

#include <math.h>
#include <string.h>

enum { GRID_POINTS = 3 };

// A rung of the ladder: an estimator, and the rows beyond which it is too slow.
typedef struct {
    const char *name;
    size_t rows_max;
} rung_t;

static const rung_t LADDER[] = {
    {"dummy", SIZE_MAX},
    {"logistic_regression", SIZE_MAX},
    {"ridge", SIZE_MAX},
    {"gaussian_nb", SIZE_MAX},
    {"decision_tree", SIZE_MAX},
    {"random_forest", 1000000},
    {"gradient_boosting", SIZE_MAX},
    {"k_neighbors", 50000},
    {"svc", 20000},
    {"svr", 20000},
};

static double bound(const json_t *range, const char *key)
{
    return json_number_value(json_object_get(range, key));
}

static bool is_log(const json_t *range)
{
    const char *scale = json_string_value(json_object_get(range, "scale"));
    return scale && strcmp(scale, "log") == 0;
}

// The value at a place from 0 to 1 in a range.
static json_t *value_at(const json_t *range, double place)
{
    double from = bound(range, "from");
    double to = bound(range, "to");
    double value = is_log(range) ? from * pow(to / from, place) : from + (to - from) * place;
    bool whole = json_is_true(json_object_get(range, "integer"));
    return whole ? json_integer((json_int_t)llround(value)) : json_real(value);
}

// What is tried for a parameter; NULL: it is left alone. A new reference.
static json_t *choices_of(const param_t *param, const json_t *space)
{
    json_t *own = json_object_get(space, param->name);
    if (own) {
        return json_incref(own);
    }
    return !space && param->search ? json_loads(param->search, 0, NULL) : NULL;
}

static bool is_range(const json_t *choices)
{
    double from = bound(choices, "from");
    double to = bound(choices, "to");
    return json_is_number(json_object_get(choices, "from")) &&
           json_is_number(json_object_get(choices, "to")) && from < to &&
           (!is_log(choices) || from > 0);
}

static err_t check_one(const estimator_t *estimator, const char *name, const json_t *choices,
                       fault_t *fault)
{
    if (json_is_object(choices) ? !is_range(choices) : json_array_size(choices) == 0) {
        return fault_set(fault, ERR_HYPERPARAMETER,
                         "give a list of values, or {\"from\", \"to\", \"scale\"}",
                         "the space of '%.100s' is not valid", name);
    }
    size_t count = json_is_object(choices) ? 2 : json_array_size(choices);
    err_t err = ERR_OK;
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        json_t *value = json_is_object(choices) ? value_at(choices, (double)i)
                                                : json_incref(json_array_get(choices, i));
        json_t *json = json_pack("{s:o}", name, value);
        json_t *params = NULL;
        err = params_read(estimator->params, json, &params, fault);
        json_decref(params);
        json_decref(json);
    }
    return err;
}

err_t candidates_check(const estimator_t *estimator, const json_t *space, fault_t *fault)
{
    const char *name;
    json_t *choices;
    if (space && !json_is_object(space)) {
        return fault_set(fault, ERR_HYPERPARAMETER, "give an object of names and choices",
                         "'space' is no object");
    }
    json_object_foreach((json_t *)space, name, choices)
    {
        err_t err = check_one(estimator, name, choices, fault);
        if (err != ERR_OK) {
            return err;
        }
    }
    return ERR_OK;
}

static json_t *candidate(const estimator_t *estimator, json_t *parameters)
{
    return json_pack("{s:s, s:o}", "algorithm", estimator->name, "parameters", parameters);
}

// Every set of parameters so far, once for each value.
static json_t *multiply(json_t *sets, const char *name, const json_t *choices)
{
    json_t *product = json_array();
    size_t count = json_is_object(choices) ? GRID_POINTS : json_array_size(choices);
    size_t i;
    json_t *set;
    json_array_foreach(sets, i, set)
    {
        for (size_t k = 0; k < count && json_array_size(product) <= CANDIDATES_MAX; k++) {
            json_t *more = json_copy(set);
            json_object_set_new(more, name,
                                json_is_object(choices)
                                    ? value_at(choices, (double)k / (GRID_POINTS - 1))
                                    : json_incref(json_array_get(choices, k)));
            json_array_append_new(product, more);
        }
    }
    json_decref(sets);
    return product;
}

err_t candidates_grid(const estimator_t *estimator, const json_t *space, json_t **ret_list,
                      fault_t *fault)
{
    json_t *sets = json_pack("[{}]");
    for (const param_t *param = estimator->params; param->name; param++) {
        json_t *choices = choices_of(param, space);
        sets = choices ? multiply(sets, param->name, choices) : sets;
        json_decref(choices);
    }
    if (json_array_size(sets) > CANDIDATES_MAX) {
        json_decref(sets);
        return fault_set(fault, ERR_HYPERPARAMETER, "use the method random, or fewer values",
                         "the grid has more than %d combinations", CANDIDATES_MAX);
    }
    json_t *list = json_array();
    size_t i;
    json_t *set;
    json_array_foreach(sets, i, set)
    {
        json_array_append_new(list, candidate(estimator, json_incref(set)));
    }
    json_decref(sets);
    *ret_list = list;
    return ERR_OK;
}

json_t *candidates_draw(const estimator_t *estimator, const json_t *space, random_t *random)
{
    json_t *parameters = json_object();
    for (const param_t *param = estimator->params; param->name; param++) {
        json_t *choices = choices_of(param, space);
        if (json_is_object(choices)) {
            double place = (double)(random_next(random) >> 11) * 0x1p-53;
            json_object_set_new(parameters, param->name, value_at(choices, place));
        } else if (json_array_size(choices) > 0) {
            size_t at = (size_t)random_below(random, json_array_size(choices));
            json_object_set(parameters, param->name, json_array_get(choices, at));
        }
        json_decref(choices);
    }
    return candidate(estimator, parameters);
}

json_t *candidates_ladder(task_t task, size_t rows)
{
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof LADDER / sizeof LADDER[0]; i++) {
        const estimator_t *estimator = estimator_find(LADDER[i].name);
        if (estimator && (estimator->tasks & task) && rows <= LADDER[i].rows_max) {
            json_array_append_new(list, candidate(estimator, json_object()));
        }
    }
    return list;
}
