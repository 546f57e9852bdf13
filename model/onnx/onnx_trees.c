// SPDX-License-Identifier: MPL-2.0
#include "model/onnx/onnx_trees.h"

#include <stdlib.h>

#include "base/mem.h"

// Columns of the table of nodes, and of the table of what leaves add.
enum { TREE, NODE, COLUMN, YES, NO, MISSING, NODE_COLUMNS };
enum { LEAF_TREE, LEAF_NODE, TARGET, LEAF_COLUMNS };

typedef struct {
    int64_t *columns[NODE_COLUMNS];
    double *numbers;
    size_t count;
    size_t room;
} table_t;

struct onnx_trees {
    const char *mode;
    int64_t tree; // the last one
    int64_t next; // node of it
    table_t nodes;
    table_t leaves;
};

static void table_add(table_t *table, const int64_t *row, size_t width, double number)
{
    if (table->count == table->room) {
        table->room = table->room ? 2 * table->room : 256;
        for (size_t i = 0; i < width; i++) {
            table->columns[i] =
                mem_resize(table->columns[i], table->room, sizeof *table->columns[i]);
        }
        table->numbers = mem_resize(table->numbers, table->room, sizeof *table->numbers);
    }
    for (size_t i = 0; i < width; i++) {
        table->columns[i][table->count] = row[i];
    }
    table->numbers[table->count++] = number;
}

static void table_release(table_t *table)
{
    for (size_t i = 0; i < NODE_COLUMNS; i++) {
        free(table->columns[i]);
    }
    free(table->numbers);
}

onnx_trees_t *onnx_trees_new(const char *mode)
{
    onnx_trees_t *trees = mem_new(sizeof *trees);
    trees->mode = mode;
    trees->tree = -1;
    return trees;
}

void onnx_trees_begin(onnx_trees_t *trees)
{
    trees->tree++;
    trees->next = 0;
}

void onnx_trees_split(onnx_trees_t *trees, size_t column, double threshold, size_t yes, size_t no,
                      bool missing)
{
    int64_t row[] = {trees->tree,  trees->next++, (int64_t)column,
                     (int64_t)yes, (int64_t)no,   missing};
    table_add(&trees->nodes, row, NODE_COLUMNS, threshold);
}

// A leaf has no column: those behind it are both the root, which cannot follow.
void onnx_trees_leaf(onnx_trees_t *trees)
{
    int64_t row[] = {trees->tree, trees->next++, 0, 0, 0, 0};
    table_add(&trees->nodes, row, NODE_COLUMNS, 0);
}

void onnx_trees_add(onnx_trees_t *trees, size_t target, double number)
{
    int64_t row[] = {trees->tree, trees->next - 1, (int64_t)target};
    table_add(&trees->leaves, row, LEAF_COLUMNS, number);
}

static void set_modes(const onnx_trees_t *trees, onnx_t *graph)
{
    const table_t *nodes = &trees->nodes;
    const char **modes = mem_array(nodes->count, sizeof *modes);
    for (size_t i = 0; i < nodes->count; i++) {
        modes[i] = nodes->columns[YES][i] == 0 ? "LEAF" : trees->mode;
    }
    onnx_set_texts(graph, "nodes_modes", modes, nodes->count);
    free(modes);
}

static void set_nodes(const onnx_trees_t *trees, onnx_t *graph)
{
    static const char *const names[] = {
        [TREE] = "nodes_treeids",      [NODE] = "nodes_nodeids",
        [COLUMN] = "nodes_featureids", [YES] = "nodes_truenodeids",
        [NO] = "nodes_falsenodeids",   [MISSING] = "nodes_missing_value_tracks_true"};
    const table_t *nodes = &trees->nodes;
    for (size_t i = 0; i < NODE_COLUMNS; i++) {
        onnx_set_integers(graph, names[i], nodes->columns[i], nodes->count);
    }
    onnx_set_floats(graph, "nodes_values", nodes->numbers, nodes->count);
    set_modes(trees, graph);
}

static void set_leaves(const onnx_trees_t *trees, onnx_t *graph)
{
    static const char *const names[] = {
        [LEAF_TREE] = "target_treeids", [LEAF_NODE] = "target_nodeids", [TARGET] = "target_ids"};
    const table_t *leaves = &trees->leaves;
    for (size_t i = 0; i < LEAF_COLUMNS; i++) {
        onnx_set_integers(graph, names[i], leaves->columns[i], leaves->count);
    }
    onnx_set_floats(graph, "target_weights", leaves->numbers, leaves->count);
}

onnx_value_t onnx_trees_finish(onnx_trees_t **trees, onnx_t *graph, onnx_value_t value,
                               size_t targets)
{
    onnx_open_ml(graph, "TreeEnsembleRegressor");
    onnx_take(graph, value);
    set_nodes(*trees, graph);
    set_leaves(*trees, graph);
    onnx_set_integer(graph, "n_targets", (int64_t)targets);
    onnx_set_text(graph, "aggregate_function", "SUM");
    onnx_set_text(graph, "post_transform", "NONE");
    onnx_value_t sums = onnx_give(graph);
    onnx_close(graph);
    table_release(&(*trees)->nodes);
    table_release(&(*trees)->leaves);
    free(*trees);
    *trees = NULL;
    return sums;
}
