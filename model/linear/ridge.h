// SPDX-License-Identifier: MPL-2.0
// Ridge regression: linear regression that pays for the squares of its coefficients, so that
// related columns share instead of cancelling each other.
#pragma once

#include "model/core/estimator.h"

// scikit-learn's Ridge: Cholesky's decomposition, of the columns' products or, where there are more
// columns than rows, of the rows' (LAPACK's dposv); least squares where that is singular. Equal to
// 1e-9 where the solution is well determined.
extern const estimator_t RIDGE;
