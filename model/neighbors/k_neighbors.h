// SPDX-License-Identifier: MPL-2.0
// Nearest neighbors: a row is like the rows around it.
#pragma once

#include "model/core/estimator.h"

// scikit-learn's KNeighborsClassifier and KNeighborsRegressor, with Euclidean distances; equal to
// 1e-9 where no two rows are equally far away. The pickle asks for a KDTree, which measures as we
// do: the brute force of scikit-learn rounds differently near zero.
extern const estimator_t K_NEIGHBORS;
