// SPDX-License-Identifier: MPL-2.0
#include "learn/request.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/value/levels.h"

static const char *const KERNELS[] = {"linear", "poly", "rbf", "sigmoid"};

enum { KERNELS_COUNT = sizeof KERNELS / sizeof KERNELS[0] };

// Larger seeds would not survive a JSON reader that keeps doubles.
static const double SEED_MAX = 9007199254740991.0;
static const double TEST_SIZE_MAX = 0.9;

const char *request_kernel_name(kernel_t kernel)
{
    return KERNELS[kernel];
}

static err_t fail(fault_t *fault, const char *name, const char *remedy)
{
    return fault_set(fault, ERR_HYPERPARAMETER, remedy, "the value of '%s' is not valid", name);
}

// A number, or the default when it is absent; it must be finite and between least and most.
static err_t read_number(const json_t *json, const char *name, double least, double most,
                         const char *remedy, double *value, fault_t *fault)
{
    const json_t *given = json_object_get(json, name);
    if (!given || json_is_null(given)) {
        return ERR_OK;
    }
    double number = json_number_value(given);
    if (!json_is_number(given) || !isfinite(number) || number < least || number > most) {
        return fail(fault, name, remedy);
    }
    *value = number;
    return ERR_OK;
}

static err_t read_whole(const json_t *json, const char *name, double least, double most,
                        const char *remedy, double *value, fault_t *fault)
{
    err_t err = read_number(json, name, least, most, remedy, value, fault);
    return err == ERR_OK && *value != trunc(*value) ? fail(fault, name, remedy) : err;
}

static err_t read_kernel(const json_t *json, request_t *request, fault_t *fault)
{
    const json_t *given = json_object_get(json, "kernel");
    const char *name = given ? json_string_value(given) : "rbf";
    for (int i = 0; name && i < KERNELS_COUNT; i++) {
        if (strcmp(KERNELS[i], name) == 0) {
            request->kernel = (kernel_t)i;
            return ERR_OK;
        }
    }
    return fail(fault, "kernel", "use rbf, linear, poly or sigmoid");
}

static err_t read_gamma(const json_t *json, request_t *request, fault_t *fault)
{
    const json_t *given = json_object_get(json, "gamma");
    const char *name = json_string_value(given);
    if (!given || json_is_null(given) || (name && strcmp(name, "scale") == 0)) {
        request->gamma_kind = GAMMA_SCALE;
        return ERR_OK;
    }
    if (name && strcmp(name, "auto") == 0) {
        request->gamma_kind = GAMMA_AUTO;
        return ERR_OK;
    }
    request->gamma_kind = GAMMA_NUMBER;
    return read_number(json, "gamma", 1e-300, 1e300, "use scale, auto or a number above 0",
                       &request->gamma, fault);
}

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
        return fail(fault, "class_weight", remedy);
    }
    const char *label;
    json_t *weight;
    json_object_foreach(given, label, weight)
    {
        double number = json_number_value(weight);
        if (!json_is_number(weight) || !isfinite(number) || number <= 0) {
            return fail(fault, "class_weight", remedy);
        }
    }
    request->weight_kind = WEIGHT_MAP;
    request->weights = json_incref(given);
    return ERR_OK;
}

static err_t read_parameters(const json_t *json, request_t *request, fault_t *fault)
{
    if (json && !json_is_object(json)) {
        return fail(fault, "parameters", "use an object");
    }
    double degree = request->degree;
    err_t err = read_number(json, "C", 1e-300, 1e300, "use a number above 0", &request->C, fault);
    if (err == ERR_OK) {
        err = read_whole(json, "degree", 1, REQUEST_DEGREE_MAX, "use a whole number from 1 to 10",
                         &degree, fault);
    }
    if (err == ERR_OK) {
        err = read_number(json, "coef0", -1e300, 1e300, "use a number", &request->coef0, fault);
    }
    if (err == ERR_OK) {
        err = read_kernel(json, request, fault);
    }
    if (err == ERR_OK) {
        err = read_gamma(json, request, fault);
    }
    request->degree = (int)degree;
    return err == ERR_OK ? read_weights(json, request, fault) : err;
}

static err_t read_column(const json_t *json, const char *what, const levels_t *table,
                         size_t *ret_column, fault_t *fault)
{
    const char *name = json_string_value(json);
    if (!name) {
        return fail(fault, what, "name a column of the table");
    }
    int64_t column = levels_find(table, name, strlen(name));
    if (column == LEVELS_UNKNOWN) {
        fault_set(fault, ERR_COLUMN_UNKNOWN, "name a column of the table as it was uploaded",
                  "there is no column '%s'", name);
        fault_at(fault, 0, 0, name);
        return ERR_COLUMN_UNKNOWN;
    }
    *ret_column = (size_t)column;
    return ERR_OK;
}

static err_t add_feature(const char *name, size_t column, request_t *request, fault_t *fault)
{
    err_t err = ERR_OK;
    if (column == request->target) {
        err = fault_set(fault, ERR_TARGET, "take it out of the features",
                        "the target '%s' is among the features", name);
    }
    for (size_t i = 0; i < request->features_count; i++) {
        if (request->features[i] == column) {
            err = fault_set(fault, ERR_HYPERPARAMETER, "name it once",
                            "'%s' stands twice in 'features'", name);
        }
    }
    if (err != ERR_OK) {
        fault_at(fault, 0, 0, name);
        return err;
    }
    request->features[request->features_count++] = column;
    return ERR_OK;
}

static err_t read_features(const json_t *json, const levels_t *table, request_t *request,
                           fault_t *fault)
{
    const json_t *features = json_object_get(json, "features");
    size_t count = json_array_size(features);
    if (count == 0 || count > levels_count(table)) {
        return fail(fault, "features", "name at least one column of the table");
    }
    request->features = mem_array(count, sizeof *request->features);
    for (size_t i = 0; i < count; i++) {
        size_t column = 0;
        err_t err = read_column(json_array_get(features, i), "features", table, &column, fault);
        if (err == ERR_OK) {
            err =
                add_feature(json_string_value(json_array_get(features, i)), column, request, fault);
        }
        if (err != ERR_OK) {
            return err;
        }
    }
    return ERR_OK;
}

static err_t read_algorithm(const json_t *json, fault_t *fault)
{
    const json_t *given = json_object_get(json, "algorithm");
    const char *name = given ? json_string_value(given) : "svc";
    return name && strcmp(name, "svc") == 0 ? ERR_OK : fail(fault, "algorithm", "use svc");
}

static err_t parse(const json_t *json, const levels_t *table, request_t *request, fault_t *fault)
{
    double seed = (double)request->seed;
    err_t err = read_algorithm(json, fault);
    if (err == ERR_OK) {
        err =
            read_column(json_object_get(json, "target"), "target", table, &request->target, fault);
    }
    if (err == ERR_OK) {
        err = read_features(json, table, request, fault);
    }
    if (err == ERR_OK) {
        err = read_parameters(json_object_get(json, "parameters"), request, fault);
    }
    if (err == ERR_OK) {
        err = read_number(json, "test_size", 1e-6, TEST_SIZE_MAX,
                          "use a number above 0 and at most 0.9", &request->test_size, fault);
    }
    if (err == ERR_OK) {
        err = read_whole(json, "seed", 0, SEED_MAX, "use a whole number, 0 or more", &seed, fault);
    }
    request->seed = (int64_t)seed;
    return err;
}

// The names of the table's columns, in their order.
static levels_t *names_of(const json_t *description)
{
    const json_t *columns = json_object_get(description, "columns");
    levels_t *names = levels_new(json_array_size(columns), SIZE_MAX);
    size_t i;
    json_t *column;
    json_array_foreach(columns, i, column)
    {
        const char *name = json_string_value(json_object_get(column, "name"));
        levels_add(names, name, strlen(name), 1);
    }
    return names;
}

err_t request_parse(const json_t *json, const json_t *description, request_t *ret_request,
                    fault_t *fault)
{
    levels_t *names = names_of(description);
    request_t request = {.C = 1, .kernel = KERNEL_RBF, .degree = 3, .test_size = 0.2, .seed = 42};
    err_t err = parse(json, names, &request, fault);
    levels_destroy(&names);
    if (err != ERR_OK) {
        request_release(&request);
        return err;
    }
    *ret_request = request;
    return ERR_OK;
}

void request_release(request_t *request)
{
    free(request->features);
    json_decref(request->weights);
    *request = (request_t){0};
}
