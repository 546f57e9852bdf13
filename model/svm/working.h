// SPDX-License-Identifier: MPL-2.0
// The variables that the solver works on, and those that it leaves out because they will stay at a
// bound.
#pragma once

#include "model/svm/cache.h"
#include "model/svm/scan.h"
#include "model/svm/solver.h"

// What a side's variables add to their scores when they move. Another side's do not move.
typedef struct {
    double *up;
    double *low;
    ends_t ends;
} side_t;

enum { PARKED_MAX = 16 };

// Places that were left out together, and what the values were then.
typedef struct {
    size_t begin;
    size_t end;
    double *values;
} parked_t;

// Variables have places: the first `active` are worked on, and only their scores are kept.
typedef struct {
    const solver_t *how;
    cache_t *cache;
    size_t count;
    size_t padded;
    size_t active;
    uint32_t *rows; // of each place, the index in the arrays of `how` and in `values`
    double *values;
    double *scores; // linear - K v
    side_t sides[SOLVER_SIDES];
    parked_t parked[PARKED_MAX]; // from the last places to the first
    size_t parked_count;
} working_t;

// Starts with all variables, scores computed; the values are the caller's. The caller releases,
// after an error too. Errors: MEMORY.
err_t working_start(const solver_t *how, double *values, working_t *ret_working, fault_t *fault);
void working_release(working_t *working);

// The most that any move gains.
double working_gap(const working_t *working);

// Sets where the variable at a place may move to, by its value.
void working_set_moves(working_t *working, size_t place);

// The kernel of a place with those that are worked on, up to whole tiles; good until CACHE_HELD
// others have been asked for, or until the next call of another function.
const float *working_column(working_t *working, size_t place);

// Leaves out what would not be chosen to move; places change.
void working_shrink(working_t *working);

// Takes all variables back and computes their scores. No column may be asked for before the next
// working_shrink.
void working_look_back(working_t *working);
