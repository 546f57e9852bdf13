// SPDX-License-Identifier: MPL-2.0
// The columns that a training request names, and what the target says of its task.
#pragma once

#include "data/value/levels.h"
#include "learn/request.h"

// Reads "target": `columns` are those of the table's description, `table` has their names in order.
// The request's task is set, or 0: then it follows from the target. Errors: HYPERPARAMETER,
// COLUMN_UNKNOWN.
err_t request_target(const json_t *json, const json_t *columns, const levels_t *table,
                     request_t *request, fault_t *fault);

// Reads "features", behind the target. Errors: HYPERPARAMETER, COLUMN_UNKNOWN, TARGET.
err_t request_features(const json_t *json, const levels_t *table, request_t *request,
                       fault_t *fault);
