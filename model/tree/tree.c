// SPDX-License-Identifier: MPL-2.0
#include "model/tree/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void resize(tree_t *tree, size_t room)
{
    tree->nodes = mem_resize(tree->nodes, room, sizeof *tree->nodes);
    tree->facts = mem_resize(tree->facts, room, sizeof *tree->facts);
    // A binary tree has one leaf more than splits.
    tree->values = mem_resize(tree->values, (room / 2 + 1) * tree->width, sizeof *tree->values);
    tree->room = room;
}

uint32_t tree_add(tree_t *tree, const fact_t *fact)
{
    enum { FIRST = 63 };
    if (tree->count == tree->room) {
        resize(tree, tree->room ? tree->room * 2 + 1 : FIRST);
    }
    tree->facts[tree->count] = *fact;
    tree->nodes[tree->count] = (node_t){.feature = -1};
    return (uint32_t)tree->count++;
}

void tree_split(tree_t *tree, uint32_t node, size_t feature, double threshold)
{
    tree->nodes[node].feature = (int32_t)feature;
    tree->nodes[node].threshold = threshold;
}

void tree_right(tree_t *tree, uint32_t node)
{
    tree->nodes[node].next = (uint32_t)tree->count;
}

double *tree_leaf(tree_t *tree, uint32_t node)
{
    tree->nodes[node].next = (uint32_t)tree->leaves;
    return tree->values + tree->leaves++ * tree->width;
}

void tree_trim(tree_t *tree)
{
    resize(tree, tree->count);
}

size_t tree_depth(const tree_t *tree)
{
    uint32_t *depths = mem_array(tree->count, sizeof *depths);
    size_t most = 0;
    for (size_t i = 0; i < tree->count; i++) {
        most = depths[i] > most ? depths[i] : most;
        if (tree->nodes[i].feature >= 0) {
            depths[i + 1] = depths[i] + 1;
            depths[tree->nodes[i].next] = depths[i] + 1;
        }
    }
    free(depths);
    return most;
}

static double weighted(const fact_t *fact)
{
    return fact->weight * fact->impurity;
}

static double decrease(const tree_t *tree, size_t node)
{
    return weighted(&tree->facts[node]) - weighted(&tree->facts[node + 1]) -
           weighted(&tree->facts[tree->nodes[node].next]);
}

bool tree_importances(const tree_t *tree, size_t columns, double *sums)
{
    double *own = mem_array(columns, sizeof *own);
    double total = 0;
    for (size_t i = 0; i < tree->count; i++) {
        if (tree->nodes[i].feature >= 0) {
            own[tree->nodes[i].feature] += decrease(tree, i);
        }
    }
    for (size_t j = 0; j < columns; j++) {
        total += own[j];
    }
    for (size_t j = 0; j < columns && total > 0; j++) {
        sums[j] += own[j] / total;
    }
    free(own);
    return total > 0;
}

void tree_release(tree_t *tree)
{
    free(tree->nodes);
    free(tree->facts);
    free(tree->values);
    *tree = (tree_t){0};
}
