// SPDX-License-Identifier: MPL-2.0
// The libraries behind the estimators.
#pragma once

#include <jansson.h>

// {"xgboost": "1.7.4"}. A new reference.
json_t *versions_to_json(void);
