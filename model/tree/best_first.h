// SPDX-License-Identifier: MPL-2.0
// Growing a tree of limited leaves: the split that lowers the impurity most comes first.
#pragma once

#include "model/tree/branch.h"

// False when nobody wants the tree any more.
bool best_first_grow(grower_t *grower, const branch_t *root, const progress_t *progress,
                     tree_t *tree);
