// SPDX-License-Identifier: MPL-2.0
// Learners that serve many kinds of steps. Each looks at the call's first input (unless said
// otherwise), over all rows that reach the step; at the end it calls the kind's `finish`, which
// makes call->params of what was learned.
#pragma once

#include "data/step/step.h"
#include "data/value/moments.h"

enum {
    LEARN_LEVELS_MAX = 100000, // distinct values
    LEARN_ONE_HOT_MAX = 1000,
    LEARN_LEVELS_BYTES = 64 << 20, // memory for the levels of one column
    LEARN_QUANTILES_MAX = 10001,
};

// call->learning is a learned_moments_t. The figures are of the values that are there, and set when
// `finish` is called; those that are too large for a double are not finite.
typedef struct {
    moments_t moments;
    double mean;
    double sd; // population
    double min;
    double max;
} learned_moments_t;
extern const learner_t LEARN_MOMENTS;

// Learns what LEARN_MOMENTS would without a pass, from the description of the call's first input
// (NULL: there is none). False when it does not tell.
bool learn_moments_from_facts(call_t *call, const json_t *facts, err_t *ret_err, fault_t *fault);

// call->learning is a learned_levels_t: the distinct values with their counts, sorted (numbers by
// value, texts by their bytes); booleans, dates and datetimes are numbers here.
typedef struct {
    levels_t *levels;
    bool is_number;
    int64_t missing;
    size_t limit; // begins as LEARN_LEVELS_MAX, LEARN_ONE_HOT_MAX for STEP kinds named one_hot
} learned_levels_t;
extern const learner_t LEARN_LEVELS;

// Exact quantiles of numbers, "linear" as numpy has it, in memory that does not depend on the rows:
// in one pass where a sample of the table leads to them, else the bits of the wanted values are
// found 16 at a time, a pass each; few candidates end it early. The kind says which quantiles:
// `finish` is called first with `done` unset and sets `wanted` (ascending, 0 to 1), once or twice,
// and again with `done` set, when `values`, `min` and `max` are there.
typedef struct {
    double wanted[LEARN_QUANTILES_MAX];
    double values[LEARN_QUANTILES_MAX];
    size_t wanted_count;
    int64_t count; // of values that are there
    double min;
    double max;
    bool done;
    struct quantile_search *search;
} learned_quantiles_t;
extern const learner_t LEARN_QUANTILES;

// Fills `fault` with COLUMN_EMPTY for the call's first input.
err_t learn_empty(const call_t *call, fault_t *fault);
