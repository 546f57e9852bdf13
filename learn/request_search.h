// SPDX-License-Identifier: MPL-2.0
// The search that a training request asks for.
#pragma once

#include "learn/request.h"

// Reads "search", when there is one or the algorithm is auto (request->search.method says so). The
// request's estimator is set. Errors: HYPERPARAMETER.
err_t request_search(const json_t *json, request_t *request, fault_t *fault);
