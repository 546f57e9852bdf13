// SPDX-License-Identifier: MPL-2.0
// Logistic regression: the logarithm of a class's odds is a weighted sum of the columns.
#pragma once

#include "model/core/estimator.h"

// scikit-learn's LogisticRegression(solver="lbfgs"), minimised by L-BFGS (J. Nocedal, Mathematics
// of Computation 35, 1980; liblbfgs). `tol` is held against the same gradient; the solver also
// ends when a step lowers the objective by less than 1e-11 of it (scipy: 2.2e-9), in proportion
// where tol is below its default. Coefficients equal those of the optimum to 1e-6 where it
// converges tightly.
extern const estimator_t LOGISTIC_REGRESSION;
