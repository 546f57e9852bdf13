// SPDX-License-Identifier: MPL-2.0
// Many trees, each from its own random rows, whose answers are averaged.
#pragma once

#include "model/core/estimator.h"

// scikit-learn's RandomForestClassifier and RandomForestRegressor (L. Breiman, Random Forests,
// 2001); equal in what they are worth, not tree by tree: the random numbers are others.
extern const estimator_t RANDOM_FOREST;
