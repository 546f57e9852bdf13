// SPDX-License-Identifier: MPL-2.0
// Gradient boosted trees by XGBoost (T. Chen and C. Guestrin, KDD 2016), grown over histograms.
//
// Names and defaults are XGBClassifier's and XGBRegressor's (1.7) with tree_method "hist", and so
// are the results, bit for bit. Features are rounded to 32 bits when they are compared, as there.
#pragma once

#include "model/core/estimator.h"

extern const estimator_t GRADIENT_BOOSTING;
