// SPDX-License-Identifier: MPL-2.0
// Permutation importance: how much worse a score becomes when one feature's cells are shuffled (L.
// Breiman, 2001; sklearn.inspection.permutation_importance).
//
// Features are the table's columns. The steps that make a model's inputs of a feature look at one
// row at a time, so shuffling a feature and preparing it again is shuffling its inputs together,
// which is what is done.
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
// that are asked. The caller releases *ret_importance. Errors: CANCELLED.
err_t importance_measure(const features_t *features, const model_t *model, const portion_t *rows,
                         const char *score, uint64_t seed, int64_t deadline_ms,
                         const progress_t *progress, importance_t *ret_importance, fault_t *fault);

void importance_release(importance_t *importance);
