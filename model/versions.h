// SPDX-License-Identifier: MPL-2.0
// The libraries behind the estimators.
#pragma once

#include <jansson.h>

// {"xgboost": "1.7.4", "libsvm": "3.24"}. A new reference.
json_t *versions_to_json(void);
