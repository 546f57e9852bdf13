// SPDX-License-Identifier: MPL-2.0
// Target encoding: a value becomes (sum + smoothing * mean) / (count + smoothing) of the target
// over the rows that have it (D. Micci-Barreca, "A preprocessing scheme for high-cardinality
// categorical attributes", 2001).
//
// In the table that it is learned from, the row at place r (from 0) among those that reach the step
// is in fold hash_word(r, seed) % folds, and its sum, count and mean are those of the other folds,
// so that no row sees its own target. Elsewhere, from a document, they are those of all folds.
// Missing and unknown values become the mean of all. Two passes: the first counts rows.
#pragma once

#include "data/step/step.h"

enum { TARGET_FOLDS_MAX = 100 };

// Learns from the first input and the second one, the target; rows where the target is missing do
// not count. params->levels with params->values, the mean as the first number. Errors:
// COLUMN_EMPTY, LEVELS, COLUMN_TYPE for a target too large for its sum.
extern const learner_t LEARN_TARGET;

err_t target_apply(const call_t *call, const place_t *place, const vector_t *inputs,
                   vector_t *ret_outputs, fault_t *fault);
