// SPDX-License-Identifier: MPL-2.0
// What a search tries: estimators with parameters.
#pragma once

#include <jansson.h>

#include "base/fault.h"
#include "model/catalogue.h"
#include "model/core/random.h"

enum { CANDIDATES_MAX = 10000 };

// A space says what is tried for each parameter: a list of values, or a range {"from", "to",
// "scale": "log"|"linear", "integer": true}. A candidate is {"algorithm", "parameters"}.

// Checks a space against an estimator's table (NULL: the table's own). Errors: HYPERPARAMETER.
err_t candidates_check(const estimator_t *estimator, const json_t *space, fault_t *fault);

// Every combination of the values; a range counts as three values, evenly apart. Errors:
// HYPERPARAMETER for more than CANDIDATES_MAX. The caller owns *ret_list.
err_t candidates_grid(const estimator_t *estimator, const json_t *space, json_t **ret_list,
                      fault_t *fault);

// One combination at random; each value as likely as the others. A new reference.
json_t *candidates_draw(const estimator_t *estimator, const json_t *space, random_t *random);

// The estimators for a task that a search of its own tries in turn, each with its defaults: quick
// and simple ones first, none that takes hours on so many rows. A new reference.
json_t *candidates_ladder(task_t task, size_t rows);
