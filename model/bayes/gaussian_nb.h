// SPDX-License-Identifier: MPL-2.0
// Naive Bayes with a normal distribution of each column in each class.
#pragma once

#include "model/core/estimator.h"

// scikit-learn's GaussianNB; equal to 1e-9. The parameter `priors` is "uniform" for classes that
// are held equally likely, and null for their shares in the rows.
extern const estimator_t GAUSSIAN_NB;
