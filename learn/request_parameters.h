// SPDX-License-Identifier: MPL-2.0
// The estimator's parameters in a training request.
#pragma once

#include "learn/request.h"

// Reads "parameters", which may be absent; the request's task and estimator are set. Classes are
// weighed by the estimator when it knows how, else by the request's weights. Errors:
// HYPERPARAMETER.
err_t request_parameters(const json_t *json, request_t *request, fault_t *fault);
