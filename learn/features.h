// SPDX-License-Identifier: MPL-2.0
// The numbers a model sees: what a fit makes of the requested features, in their order.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "data/fit.h"
#include "data/transform.h"
#include "learn/request.h"

typedef struct {
    const fit_t *fit;         // borrowed
    const request_t *request; // borrowed
    size_t *columns;          // of fit->columns, feature by feature
    size_t count;
} features_t;

// The inputs of a model. The caller releases *ret_features. Errors: COLUMN_TYPE for a feature that
// is text after the recipe, HYPERPARAMETER when the recipe drops every feature.
err_t features_new(const fit_t *fit, const request_t *request, features_t *ret_features,
                   fault_t *fault);

// Fills `ret_x` with the row's inputs. *ret_missing is the first input without a value, or NULL.
// Errors: CONFLICT.
err_t features_row(const features_t *features, const reader_row_t *row, double *ret_x,
                   const column_t **ret_missing, fault_t *fault);

// The name of an input.
const char *features_name(const features_t *features, size_t i);

void features_release(features_t *features);
