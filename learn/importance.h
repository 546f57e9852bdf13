// SPDX-License-Identifier: MPL-2.0
// Permutation importance: how much worse a score becomes when one feature's cells are shuffled (L.
// Breiman, 2001; sklearn.inspection.permutation_importance).
//
// Features are the table's columns. Steps look at one row at a time, so shuffling a feature and
// preparing it again is shuffling what was made of it alone together; what was made of it and of
// others is prepared again. A row that then has no number keeps the one that it had.
#pragma once

#include "learn/features.h"
#include "learn/portion.h"

enum { IMPORTANCE_REPEATS = 5 };

// How much each feature of the request counts.
typedef struct {
    double base;    // the score of the rows as they are
    double *means;  // by feature: of what is lost, over the repeats; NAN where nothing was tried
    double *sds;    // the population's
    size_t repeats; // that were made of every feature, up to IMPORTANCE_REPEATS
} importance_t;

// Shuffles each feature in turn, IMPORTANCE_REPEATS times over, by the seed; a round that the
// deadline (of the monotonic clock, in milliseconds) comes into does not count. `rows` are those
// that are asked, `numbers` their rows in the table, ascending, from 1. The caller releases
// *ret_importance. Errors: CANCELLED; IO, CORRUPT and those of steps.
err_t importance_measure(const features_t *features, const model_t *model, const portion_t *rows,
                         const int64_t *numbers, const char *score, uint64_t seed,
                         int64_t deadline_ms, const progress_t *progress,
                         importance_t *ret_importance, fault_t *fault);

void importance_release(importance_t *importance);
