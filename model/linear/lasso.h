// SPDX-License-Identifier: MPL-2.0
// Lasso: linear regression that pays for the size of its coefficients, so that columns it can do
// without get none.
#pragma once

#include "model/core/estimator.h"

// scikit-learn's Lasso: cyclic coordinate descent until the duality gap is small (J. Friedman, T.
// Hastie and R. Tibshirani, Journal of Statistical Software 33(1), 2010). It visits the same points
// in the same number of rounds; coefficients equal scikit-learn's to 1e-6.
extern const estimator_t LASSO;
