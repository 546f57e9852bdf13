// SPDX-License-Identifier: MPL-2.0
// Grows trees as scikit-learn's "best" splitter does (CART; its depth-first builder, and its
// best-first one where the number of leaves is limited). Equal splits come in random order there;
// here the order is drawn too, from the seed. A node whose targets are all equal is a leaf, where
// scikit-learn may go on splitting a rounding error.
#pragma once

#include "model/tree/columns.h"
#include "model/tree/growth.h"
#include "model/tree/tree.h"

// The memory that growing takes, for one tree after another.
typedef struct grower grower_t;

// Both are borrowed.
grower_t *grower_new(const growth_t *growth, const columns_t *columns);

// Grows a tree from the rows whose weight is above 0, of which there is at least one. Errors:
// CANCELLED.
err_t grower_grow(grower_t *grower, const sample_t *samples, uint64_t seed,
                  const progress_t *progress, tree_t *ret_tree, fault_t *fault);

void grower_destroy(grower_t **grower);
