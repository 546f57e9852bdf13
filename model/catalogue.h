// SPDX-License-Identifier: MPL-2.0
// All estimators that there are.
#pragma once

#include "model/core/estimator.h"

// Ends with NULL.
extern const estimator_t *const ESTIMATORS[];

// NULL: there is none of this name.
const estimator_t *estimator_find(const char *name);

// For forms, commands and docs: [{"name", "title", "help", "tasks", "scale", "rows_max",
// "params"}]. A new reference.
json_t *estimators_to_json(void);
