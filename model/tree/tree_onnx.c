// SPDX-License-Identifier: MPL-2.0
#include "model/tree/tree_onnx.h"

#include <math.h>

#include "model/onnx/onnx_ops.h"
#include "model/onnx/onnx_trees.h"

// The largest number of single precision that is not above.
static double round_down(double value)
{
    float near = (float)value;
    return (double)near > value ? nextafterf(near, -INFINITY) : near;
}

// What a leaf says. Shares of 0 are left out, but for a lone number.
static void add_leaf(const tree_t *tree, const node_t *node, onnx_trees_t *trees)
{
    const double *values = tree->values + node->next * tree->width;
    onnx_trees_leaf(trees);
    for (size_t k = 0; k < tree->width; k++) {
        if (values[k] != 0 || tree->width == 1) {
            onnx_trees_add(trees, k, values[k]);
        }
    }
}

static void add_tree(const tree_t *tree, onnx_trees_t *trees)
{
    onnx_trees_begin(trees);
    for (size_t i = 0; i < tree->count; i++) {
        const node_t *node = &tree->nodes[i];
        if (node->feature < 0) {
            add_leaf(tree, node, trees);
        } else {
            onnx_trees_split(trees, (size_t)node->feature, round_down(node->threshold), i + 1,
                             node->next, false);
        }
    }
}

void tree_onnx(const model_t *model, const tree_t *trees, size_t count, onnx_t *graph,
               const onnx_rows_t *rows, onnx_answer_t *ret)
{
    onnx_trees_t *made = onnx_trees_new("BRANCH_LEQ");
    for (size_t i = 0; i < count; i++) {
        add_tree(&trees[i], made);
    }
    onnx_value_t sums = onnx_trees_finish(&made, graph, rows->value, trees->width);
    onnx_value_t means = onnx_binary(graph, "Div", sums, onnx_number(graph, (double)count));
    if (model->task == TASK_CLASSIFY) { // of sums: shares of 1 stay whole numbers there
        ret->answer = onnx_place(graph, "ArgMax", sums);
        ret->probabilities = means;
    } else {
        ret->answer = means;
    }
}
