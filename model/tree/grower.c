// SPDX-License-Identifier: MPL-2.0
#include "model/tree/grower.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/tree/best_first.h"
#include "model/tree/branch.h"

grower_t *grower_new(const growth_t *growth, const columns_t *columns)
{
    size_t rows = columns->matrix->rows;
    size_t width = columns->matrix->columns;
    grower_t *grower = mem_new(sizeof *grower);
    *grower = (grower_t){
        .growth = growth,
        .columns = columns,
        .rows = mem_array(rows, sizeof *grower->rows),
        .orders = mem_array(width, sizeof *grower->orders),
        .features = mem_array(width, sizeof *grower->features),
        .lefts = mem_array(growth->classes, sizeof *grower->lefts),
        .values = mem_array(rows, sizeof *grower->values),
        .marks = mem_array(rows, sizeof *grower->marks),
        .scratch = mem_array(rows, sizeof *grower->scratch),
        .keys = mem_array(2 * rows, sizeof *grower->keys),
        .tally = {.criterion = growth->criterion,
                  .classes_count = growth->classes,
                  .classes = mem_array(growth->classes, sizeof(double))},
    };
    for (size_t j = 0; j < width; j++) {
        if (columns->columns[j].order) {
            grower->orders[j] = mem_array(rows, sizeof **grower->orders);
        }
    }
    return grower;
}

void grower_destroy(grower_t **grower)
{
    if (!*grower) {
        return;
    }
    free((*grower)->rows);
    for (size_t j = 0; j < (*grower)->columns->matrix->columns; j++) {
        free((*grower)->orders[j]);
    }
    free((*grower)->orders);
    free((*grower)->features);
    free((*grower)->lefts);
    free((*grower)->values);
    free((*grower)->marks);
    free((*grower)->scratch);
    free((*grower)->keys);
    free((*grower)->tally.classes);
    free(*grower);
    *grower = NULL;
}

// Keeps the rows that the tree knows, in the order they are in; returns their number.
static size_t choose(const grower_t *grower, const uint32_t *from, uint32_t *ret)
{
    size_t chosen = 0;
    for (size_t i = 0; i < grower->columns->matrix->rows; i++) {
        uint32_t row = from ? from[i] : (uint32_t)i;
        ret[chosen] = row;
        chosen += grower->marks[row];
    }
    return chosen;
}

static branch_t begin(grower_t *grower, const sample_t *samples, uint64_t seed)
{
    const matrix_t *matrix = grower->columns->matrix;
    grower->samples = samples;
    grower->random = random_new(seed);
    grower->weight = 0;
    for (size_t i = 0; i < matrix->rows; i++) {
        grower->weight += samples[i].weight;
        grower->marks[i] = samples[i].weight > 0;
    }
    grower->rows_count = choose(grower, NULL, grower->rows);
    for (size_t j = 0; j < matrix->columns; j++) {
        grower->features[j] = (uint32_t)j;
        if (grower->orders[j]) {
            choose(grower, grower->columns->columns[j].order, grower->orders[j]);
        }
    }
    return (branch_t){.end = grower->rows_count, .ordered = true};
}

// A branch that waits, and whose right one it is.
typedef struct {
    branch_t branch;
    uint32_t parent;
    bool right;
} waiting_t;

typedef struct {
    waiting_t *items;
    size_t count;
    size_t room;
} stack_t;

static void push(stack_t *stack, const waiting_t *waiting)
{
    if (stack->count == stack->room) {
        stack->room = stack->room * 2 + 64;
        stack->items = mem_resize(stack->items, stack->room, sizeof *stack->items);
    }
    stack->items[stack->count++] = *waiting;
}

// Makes the branch a node, and lets what it is split into wait. Returns the rows that are done.
static size_t grow_one(grower_t *grower, const waiting_t *waiting, stack_t *stack, tree_t *tree)
{
    branch_t branch = waiting->branch;
    split_t split;
    fact_t fact;
    if (waiting->right) {
        tree_right(tree, waiting->parent);
    }
    bool splits = branch_assess(grower, &branch, &split, &fact);
    uint32_t node = tree_add(tree, &fact);
    if (!splits) {
        tally_value(&grower->tally, tree_leaf(tree, node));
        return branch.end - branch.start;
    }
    waiting_t left = {.parent = node};
    waiting_t right = {.parent = node, .right = true};
    tree_split(tree, node, split.feature, split.cut.threshold);
    branch_divide(grower, &branch, &split, &left.branch, &right.branch);
    push(stack, &right);
    push(stack, &left);
    return 0;
}

static bool tell(const grower_t *grower, size_t done, const progress_t *progress)
{
    return progress_report(progress, (double)done / (double)grower->rows_count, "growing");
}

static bool grow_deep(grower_t *grower, const branch_t *root, const progress_t *progress,
                      tree_t *tree)
{
    enum { NODES_PER_REPORT = 64 };
    stack_t stack = {0};
    size_t done = 0;
    bool wanted = tell(grower, 0, progress);
    push(&stack, &(waiting_t){.branch = *root});
    while (wanted && stack.count > 0) {
        waiting_t waiting = stack.items[--stack.count];
        done += grow_one(grower, &waiting, &stack, tree);
        wanted = tree->count % NODES_PER_REPORT > 0 || tell(grower, done, progress);
    }
    free(stack.items);
    return wanted;
}

err_t grower_grow(grower_t *grower, const sample_t *samples, uint64_t seed,
                  const progress_t *progress, tree_t *ret_tree, fault_t *fault)
{
    const growth_t *growth = grower->growth;
    branch_t root = begin(grower, samples, seed);
    tree_t tree = {.width = growth->classes > 0 ? growth->classes : 1};
    bool ended = growth->leaves_max > 0 ? best_first_grow(grower, &root, progress, &tree)
                                        : grow_deep(grower, &root, progress, &tree);
    if (!ended) {
        tree_release(&tree);
        return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
    }
    tree_trim(&tree);
    *ret_tree = tree;
    return ERR_OK;
}
