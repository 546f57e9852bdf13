// SPDX-License-Identifier: MPL-2.0
// Linear regression: the sum of the columns with the least squared error.
#pragma once

#include "model/core/estimator.h"

// scikit-learn's LinearRegression: of several solutions the one with the smallest
// coefficients. Equal to 1e-9 where the solution is well determined; where columns depend on each
// other, as later versions have it: 1.2 may answer with coefficients of 1e15.
extern const estimator_t LINEAR_REGRESSION;
