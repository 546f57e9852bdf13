// SPDX-License-Identifier: MPL-2.0
// What forms ask of a training beside an estimator's own parameters.
#pragma once

#include "model/core/params.h"

// Tables that end with a name of NULL; ranges and defaults are those of request_parse.
extern const param_t TRAINING_OPTIONS[];
extern const param_t SEARCH_OPTIONS[];

// {"classes", "tasks", "options", "search", "scores", "splits"}: how many distinct numbers are
// still classes, what can be learned ({"name", "title", "help", "target": whether a column is
// predicted, "algorithm": when nobody names one}), both tables, the names of scores by task, and
// divisions_to_json. A new reference.
json_t *options_to_json(void);
