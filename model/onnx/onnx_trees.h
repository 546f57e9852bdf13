// SPDX-License-Identifier: MPL-2.0
// Trees as one TreeEnsembleRegressor of ai.onnx.ml 1, whose leaves add numbers to targets.
#pragma once

#include "model/onnx/onnx.h"

typedef struct onnx_trees onnx_trees_t;

// No trees yet. What is asked: `BRANCH_LEQ`, is the value at most the threshold, or `BRANCH_LT`, is
// it below; both in single precision.
onnx_trees_t *onnx_trees_new(const char *mode);

// Begins the next tree. Its nodes are numbered from 0, the root, in the order in which they are
// added.
void onnx_trees_begin(onnx_trees_t *trees);

// Adds a node that asks: the nodes behind yes and no, and whether a missing value is a yes. The
// threshold is one of single precision.
void onnx_trees_split(onnx_trees_t *trees, size_t column, double threshold, size_t yes, size_t no,
                      bool missing);

// Adds a leaf; onnx_trees_add says what it adds to a target. A leaf of a single target needs one.
void onnx_trees_leaf(onnx_trees_t *trees);
void onnx_trees_add(onnx_trees_t *trees, size_t target, double number);

// Adds the node to a graph: [rows, columns] make [rows, targets]. The trees are destroyed.
onnx_value_t onnx_trees_finish(onnx_trees_t **trees, onnx_t *graph, onnx_value_t value,
                               size_t targets);
