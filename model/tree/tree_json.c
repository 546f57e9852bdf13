// SPDX-License-Identifier: MPL-2.0
// A tree as lists: of each node the feature (the number of columns: a leaf) and the impurity, of
// each split the threshold, of each leaf the rows, the weight and the values. Preorder says the
// rest.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/core/document.h"
#include "model/tree/tree.h"

typedef struct {
    int32_t *features;
    double *impurities;
    double *thresholds;
    int32_t *rows;
    double *weights;
} lists_t;

static void lists_release(lists_t *lists)
{
    free(lists->features);
    free(lists->impurities);
    free(lists->thresholds);
    free(lists->rows);
    free(lists->weights);
}

static lists_t lists_of(const tree_t *tree, size_t columns)
{
    lists_t lists = {.features = mem_array(tree->count, sizeof *lists.features),
                     .impurities = mem_array(tree->count, sizeof *lists.impurities),
                     .thresholds = mem_array(tree->count, sizeof *lists.thresholds),
                     .rows = mem_array(tree->leaves, sizeof *lists.rows),
                     .weights = mem_array(tree->leaves, sizeof *lists.weights)};
    size_t splits = 0;
    for (size_t i = 0; i < tree->count; i++) {
        const node_t *node = &tree->nodes[i];
        lists.impurities[i] = tree->facts[i].impurity;
        if (node->feature >= 0) {
            lists.features[i] = node->feature;
            lists.thresholds[splits++] = node->threshold;
        } else {
            lists.features[i] = (int32_t)columns;
            lists.rows[node->next] = (int32_t)tree->facts[i].rows;
            lists.weights[node->next] = tree->facts[i].weight;
        }
    }
    return lists;
}

json_t *tree_to_json(const tree_t *tree, size_t columns)
{
    lists_t lists = lists_of(tree, columns);
    json_t *json = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "features",
                             document_integers(lists.features, tree->count), "thresholds",
                             document_numbers(lists.thresholds, tree->count - tree->leaves),
                             "impurities", document_numbers(lists.impurities, tree->count), "rows",
                             document_integers(lists.rows, tree->leaves), "weights",
                             document_numbers(lists.weights, tree->leaves), "values",
                             document_numbers(tree->values, tree->leaves * tree->width));
    lists_release(&lists);
    return json;
}

static bool all_above_0(const double *weights, size_t count)
{
    size_t i = 0;
    while (i < count && weights[i] > 0) {
        i++;
    }
    return i == count;
}

static bool read_lists(const json_t *json, size_t columns, lists_t *lists, tree_t *tree)
{
    size_t count = json_array_size(json_object_get(json, "features"));
    if (count % 2 == 0 || count > INT32_MAX) { // a leaf more than splits
        return false;
    }
    tree->count = count;
    tree->leaves = count / 2 + 1;
    lists->features = document_read_integers(json, "features", count, (int32_t)columns + 1);
    lists->impurities = document_read_numbers(json, "impurities", count);
    lists->thresholds = document_read_numbers(json, "thresholds", count / 2);
    lists->rows = document_read_integers(json, "rows", tree->leaves, INT32_MAX);
    lists->weights = document_read_numbers(json, "weights", tree->leaves);
    tree->values = document_read_numbers(json, "values", tree->leaves * tree->width);
    return lists->features && lists->impurities && lists->thresholds && lists->rows &&
           lists->weights && tree->values && all_above_0(lists->weights, tree->leaves);
}

// Where the next node belongs: on the right of the split that was opened last.
typedef struct {
    const lists_t *lists;
    tree_t *tree;
    uint32_t *open; // splits whose right side is still to come
    size_t opened;
    size_t leaves; // so far
} placing_t;

// False: nothing may follow and something does, or the other way round.
static bool place_leaf(placing_t *placing, size_t i)
{
    tree_t *tree = placing->tree;
    size_t leaf = placing->leaves++;
    tree->nodes[i] = (node_t){.feature = -1, .next = (uint32_t)leaf};
    tree->facts[i].rows = (uint32_t)placing->lists->rows[leaf];
    tree->facts[i].weight = placing->lists->weights[leaf];
    if (placing->opened == 0) {
        return i + 1 == tree->count;
    }
    tree->nodes[placing->open[--placing->opened]].next = (uint32_t)i + 1;
    return i + 1 < tree->count;
}

// False: there are more splits than leaves.
static bool place_split(placing_t *placing, size_t i)
{
    size_t split = i - placing->leaves;
    if (split >= placing->tree->count / 2) {
        return false;
    }
    placing->tree->nodes[i] = (node_t){.feature = placing->lists->features[i],
                                       .threshold = placing->lists->thresholds[split]};
    placing->open[placing->opened++] = (uint32_t)i;
    return true;
}

static bool place_all(const lists_t *lists, size_t columns, tree_t *tree)
{
    placing_t placing = {
        .lists = lists, .tree = tree, .open = mem_array(tree->leaves, sizeof *placing.open)};
    bool whole = true;
    for (size_t i = 0; i < tree->count && whole; i++) {
        bool leaf = lists->features[i] == (int32_t)columns;
        tree->facts[i].impurity = lists->impurities[i];
        whole = leaf ? place_leaf(&placing, i) : place_split(&placing, i);
    }
    free(placing.open);
    return whole;
}

// A split has the rows and the weight of both sides.
static void sum_facts(tree_t *tree)
{
    for (size_t i = tree->count; i-- > 0;) {
        if (tree->nodes[i].feature >= 0) {
            const fact_t *left = &tree->facts[i + 1];
            const fact_t *right = &tree->facts[tree->nodes[i].next];
            tree->facts[i].rows = left->rows + right->rows;
            tree->facts[i].weight = left->weight + right->weight;
        }
    }
}

err_t tree_from_json(const json_t *json, size_t columns, size_t width, tree_t *ret_tree,
                     fault_t *fault)
{
    tree_t tree = {.width = width};
    lists_t lists = {0};
    bool read = read_lists(json, columns, &lists, &tree);
    if (read) {
        tree.nodes = mem_array(tree.count, sizeof *tree.nodes);
        tree.facts = mem_array(tree.count, sizeof *tree.facts);
        read = place_all(&lists, columns, &tree);
    }
    lists_release(&lists);
    if (!read) {
        tree_release(&tree);
        return document_damaged(fault);
    }
    sum_facts(&tree);
    *ret_tree = tree;
    return ERR_OK;
}
