// SPDX-License-Identifier: MPL-2.0
// One tree of questions.
#pragma once

#include "model/core/estimator.h"

// scikit-learn's DecisionTreeClassifier and DecisionTreeRegressor (splitter "best"): the same tree
// but for splits that are equally good, among which each draws its own.
extern const estimator_t DECISION_TREE;
