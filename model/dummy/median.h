// SPDX-License-Identifier: MPL-2.0
// The median of what is to be learned.
#pragma once

#include "model/core/estimator.h"

// The middle target, or the mean of the two in the middle. With weights the lower weighted median,
// as scikit-learn has it: the first target at which the weights so far are at least half of all.
double median(const lesson_t *lesson);
