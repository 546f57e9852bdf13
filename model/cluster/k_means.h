// SPDX-License-Identifier: MPL-2.0
// k-means: groups of rows around their middles.
#pragma once

#include "model/core/estimator.h"

// scikit-learn's KMeans(algorithm="lloyd"). From the same centers it goes the same way, to 1e-9;
// the random numbers that place the first ones are others. Nothing is known of a row but its group.
extern const estimator_t K_MEANS;
