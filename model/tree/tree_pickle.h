// SPDX-License-Identifier: MPL-2.0
// Trees as scikit-learn's fitted objects.
#pragma once

#include "model/tree/tree.h"

// The state of growth_params.def that differs from scikit-learn's defaults, for an open state.
void tree_pickle_params(const json_t *params, buf_t *out);

// Pushes DecisionTreeClassifier or DecisionTreeRegressor with the tree; classes NULL: they are
// called 0, 1, 2, ... as in a forest.
void tree_pickle(const model_t *model, const tree_t *tree, const class_names_t *classes,
                 buf_t *out);
