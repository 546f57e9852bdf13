// SPDX-License-Identifier: MPL-2.0
// A tree that has grown: a flat array of nodes.
#pragma once

#include "model/core/estimator.h"

// Nodes stand in preorder: what goes left follows the node.
typedef struct {
    double threshold; // left: the value, in single precision, is not above it
    int32_t feature;  // below 0: a leaf
    uint32_t next;    // what goes right; of a leaf: its place among the leaves
} node_t;

// What is told of a node and is not needed to answer.
typedef struct {
    double impurity;
    double weight;
    uint32_t rows;
} fact_t;

typedef struct {
    node_t *nodes;
    fact_t *facts; // of the nodes
    size_t count;
    double *values; // of each leaf `width` numbers: the share of each class, or the mean
    size_t leaves;
    size_t width;
    size_t room; // for nodes, while it grows
} tree_t;

// Adds a node that is a leaf until it is split; returns its number.
uint32_t tree_add(tree_t *tree, const fact_t *fact);

// The node asks. tree_add adds what goes left next; then tree_right says that the next one goes
// right.
void tree_split(tree_t *tree, uint32_t node, size_t feature, double threshold);
void tree_right(tree_t *tree, uint32_t node);

// Room for the `width` numbers of the leaf.
double *tree_leaf(tree_t *tree, uint32_t node);

// Gives back what growing left over.
void tree_trim(tree_t *tree);

// The most questions in a row.
size_t tree_depth(const tree_t *tree);

// What the leaf of a row answers.
static inline const double *tree_answer(const tree_t *tree, const double *row)
{
    const node_t *node = tree->nodes;
    while (node->feature >= 0) {
        bool left = (double)(float)row[node->feature] <= node->threshold;
        node = left ? node + 1 : tree->nodes + node->next;
    }
    return tree->values + node->next * tree->width;
}

// Adds the importance of each column: by how much its splits lower the impurity, as parts of the
// sum. False, and nothing is added, when no split lowers it.
bool tree_importances(const tree_t *tree, size_t columns, double *sums);

void tree_release(tree_t *tree);

// Numbers of leaves and splits in full, and back. Errors of the way back: CORRUPT.
json_t *tree_to_json(const tree_t *tree, size_t columns);
err_t tree_from_json(const json_t *json, size_t columns, size_t width, tree_t *ret_tree,
                     fault_t *fault);
