// SPDX-License-Identifier: MPL-2.0
// The "Training request" of docs/documents.md.
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

enum {
    REQUEST_DEGREE_MAX = 10,
};

typedef enum { KERNEL_LINEAR, KERNEL_POLY, KERNEL_RBF, KERNEL_SIGMOID } kernel_t;
typedef enum { GAMMA_SCALE, GAMMA_AUTO, GAMMA_NUMBER } gamma_t;
typedef enum { WEIGHT_NONE, WEIGHT_BALANCED, WEIGHT_MAP } weight_t;

typedef struct {
    size_t target;    // a column of the table
    size_t *features; // columns of the table, in the order of the request
    size_t features_count;
    double C; // NOLINT: everybody's name for it
    kernel_t kernel;
    gamma_t gamma_kind;
    double gamma; // GAMMA_NUMBER
    int degree;
    double coef0;
    weight_t weight_kind;
    json_t *weights; // WEIGHT_MAP: label to weight; owned
    double test_size;
    int64_t seed;
} request_t;

// "linear", "poly", "rbf" or "sigmoid".
const char *request_kernel_name(kernel_t kernel);

// Reads a request against a table's valid description; absent settings get their defaults. The
// caller releases *ret_request.
//
// Errors: COLUMN_UNKNOWN for the target or a feature, TARGET when it is a feature, HYPERPARAMETER
// (named in the detail) for everything else.
err_t request_parse(const json_t *json, const json_t *description, request_t *ret_request,
                    fault_t *fault);

void request_release(request_t *request);
