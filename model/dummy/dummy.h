// SPDX-License-Identifier: MPL-2.0
// The baseline: answers the same for every row, whatever is in it. What a model is worth is how
// much better it is.
#pragma once

#include "model/core/estimator.h"

// scikit-learn's DummyClassifier (prior, most_frequent) and DummyRegressor (mean, median); equal to
// 1e-12.
extern const estimator_t DUMMY;
