// SPDX-License-Identifier: MPL-2.0
#include "model/boost/boost_onnx.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/boost/booster.h"
#include "model/boost/ubjson.h"
#include "model/onnx/onnx_ops.h"
#include "model/onnx/onnx_trees.h"

// A tree while it is copied, in preorder and without nodes that were pruned.
typedef struct {
    const json_t *left;
    const json_t *right;
    const json_t *column;
    const json_t *threshold; // of a leaf: what it adds
    const json_t *missing;
    size_t count;
    size_t *sizes; // of each node: how many hang below it, itself included
    size_t *order; // nodes in preorder
    size_t kept;
} copy_t;

static size_t integer_at(const json_t *list, size_t i)
{
    return (size_t)json_integer_value(json_array_get(list, i));
}

static bool is_leaf(const copy_t *copy, size_t node)
{
    return json_integer_value(json_array_get(copy->left, node)) < 0;
}

static copy_t copy_new(const json_t *tree)
{
    copy_t copy = {.left = json_object_get(tree, "left_children"),
                   .right = json_object_get(tree, "right_children"),
                   .column = json_object_get(tree, "split_indices"),
                   .threshold = json_object_get(tree, "split_conditions"),
                   .missing = json_object_get(tree, "default_left")};
    copy.count = json_array_size(copy.left);
    copy.sizes = mem_array(copy.count, sizeof *copy.sizes);
    copy.order = mem_array(copy.count, sizeof *copy.order);
    return copy;
}

// Finds sizes and order. Children have larger numbers than their parents.
static void sort(copy_t *copy)
{
    size_t *number = mem_array(copy->count, sizeof *number); // in the copy
    for (size_t i = copy->count; i-- > 0;) {
        copy->sizes[i] = is_leaf(copy, i) ? 1
                                          : 1 + copy->sizes[integer_at(copy->left, i)] +
                                                copy->sizes[integer_at(copy->right, i)];
    }
    copy->kept = copy->sizes[0];
    for (size_t i = 0; i < copy->count; i++) {
        bool kept = i == 0 || number[i] > 0;
        if (kept) {
            copy->order[number[i]] = i;
        }
        if (kept && !is_leaf(copy, i)) {
            size_t left = integer_at(copy->left, i);
            number[left] = number[i] + 1;
            number[integer_at(copy->right, i)] = number[left] + copy->sizes[left];
        }
    }
    free(number);
}

static double threshold_of(const copy_t *copy, size_t node, const double *slack)
{
    double threshold = json_number_value(json_array_get(copy->threshold, node));
    double moved = slack[integer_at(copy->column, node)];
    return moved > 0 ? threshold - moved - 4 * (double)FLT_EPSILON * fabs(threshold) : threshold;
}

static void copy_tree(const json_t *tree, const double *slack, size_t target, onnx_trees_t *trees)
{
    copy_t copy = copy_new(tree);
    sort(&copy);
    onnx_trees_begin(trees);
    for (size_t i = 0; i < copy.kept; i++) {
        size_t node = copy.order[i];
        if (is_leaf(&copy, node)) {
            onnx_trees_leaf(trees);
            onnx_trees_add(trees, target, json_number_value(json_array_get(copy.threshold, node)));
        } else {
            size_t right = i + 1 + copy.sizes[integer_at(copy.left, node)];
            onnx_trees_split(trees, integer_at(copy.column, node), threshold_of(&copy, node, slack),
                             i + 1, right, integer_at(copy.missing, node) != 0);
        }
    }
    free(copy.sizes);
    free(copy.order);
}

// What all sums begin with: base_score, which for two classes is a probability.
static double base_of(const json_t *learner, bool binary)
{
    const json_t *param = json_object_get(learner, "learner_model_param");
    double score = strtod(json_string_value(json_object_get(param, "base_score")), NULL);
    return binary ? -log(1 / score - 1) : score;
}

static onnx_value_t add_trees(const json_t *learner, size_t targets, bool binary, onnx_t *graph,
                              const onnx_rows_t *rows)
{
    const json_t *trees = json_object_get(
        json_object_get(json_object_get(learner, "gradient_booster"), "model"), "trees");
    onnx_trees_t *made = onnx_trees_new("BRANCH_LT");
    for (size_t i = 0; i < json_array_size(trees); i++) {
        copy_tree(json_array_get(trees, i), rows->slack, i % targets, made);
    }
    onnx_value_t sums = onnx_trees_finish(&made, graph, rows->value, targets);
    return onnx_binary(graph, "Add", sums, onnx_number(graph, base_of(learner, binary)));
}

void boost_onnx(const model_t *model, onnx_t *graph, const onnx_rows_t *rows, onnx_answer_t *ret)
{
    static const int64_t flat = -1;
    const booster_t *booster = model->state;
    bool binary = model->task == TASK_CLASSIFY && model->classes == 2;
    size_t targets = model->task == TASK_CLASSIFY && !binary ? model->classes : 1;
    json_t *json = ubjson_read(booster->bytes.data, booster->bytes.size);
    onnx_value_t sums = add_trees(json_object_get(json, "learner"), targets, binary, graph, rows);
    json_decref(json);
    if (model->task == TASK_REGRESS) {
        ret->answer = sums;
    } else if (binary) {
        onnx_value_t second = onnx_unary(graph, "Sigmoid", sums);
        onnx_value_t chosen = onnx_binary(graph, "Greater", second, onnx_number(graph, 0.5));
        ret->answer = onnx_binary(graph, "Reshape", onnx_cast(graph, chosen, ONNX_INT64),
                                  onnx_integers(graph, &flat, 1));
        ret->probabilities = onnx_both(graph, second);
    } else {
        ret->answer = onnx_place(graph, "ArgMax", sums);
        ret->probabilities = onnx_unary(graph, "Softmax", sums);
    }
}
