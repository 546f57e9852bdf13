// SPDX-License-Identifier: MPL-2.0
#include "model/tree/best_first.h"

#include <stdlib.h>

#include "base/mem.h"

// A branch that was looked at, and its best split.
typedef struct {
    branch_t branch;
    fact_t fact;
    split_t split;
    size_t left; // of the two it was split into, the first's number; 0: none
} limb_t;

typedef struct {
    limb_t *limbs;
    size_t count;
    size_t room;
    size_t *heap; // limbs that could be split, the one that lowers the impurity most on top
    size_t waiting;
} crown_t;

static double worth(const crown_t *crown, size_t at)
{
    return crown->limbs[crown->heap[at]].split.decrease;
}

static void swap(crown_t *crown, size_t a, size_t b)
{
    size_t limb = crown->heap[a];
    crown->heap[a] = crown->heap[b];
    crown->heap[b] = limb;
}

static void push(crown_t *crown, size_t limb)
{
    size_t at = crown->waiting++;
    crown->heap[at] = limb;
    for (; at > 0 && worth(crown, at) > worth(crown, (at - 1) / 2); at = (at - 1) / 2) {
        swap(crown, at, (at - 1) / 2);
    }
}

static size_t pop(crown_t *crown)
{
    swap(crown, 0, --crown->waiting);
    for (size_t at = 0;;) {
        size_t most = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < crown->waiting; child++) {
            most = worth(crown, child) > worth(crown, most) ? child : most;
        }
        if (most == at) {
            return crown->heap[crown->waiting];
        }
        swap(crown, at, most);
        at = most;
    }
}

static void add(crown_t *crown, grower_t *grower, const branch_t *branch)
{
    if (crown->count == crown->room) {
        crown->room = crown->room * 2 + 64;
        crown->limbs = mem_resize(crown->limbs, crown->room, sizeof *crown->limbs);
        crown->heap = mem_resize(crown->heap, crown->room, sizeof *crown->heap);
    }
    limb_t *limb = &crown->limbs[crown->count];
    *limb = (limb_t){.branch = *branch};
    bool splits = branch_assess(grower, &limb->branch, &limb->split, &limb->fact);
    // Drawing at another branch puts the features into another order.
    limb->branch.constants = 0;
    if (splits) {
        push(crown, crown->count);
    }
    crown->count++;
}

static void divide(crown_t *crown, grower_t *grower)
{
    size_t limb = pop(crown);
    branch_t left;
    branch_t right;
    branch_divide(grower, &crown->limbs[limb].branch, &crown->limbs[limb].split, &left, &right);
    crown->limbs[limb].left = crown->count;
    add(crown, grower, &left);
    add(crown, grower, &right);
}

// The limbs as nodes in preorder. Depth first by a stack: right ones wait with their parents.
static void write(const crown_t *crown, grower_t *grower, tree_t *tree)
{
    struct {
        size_t limb;
        uint32_t parent;
    } *stack = mem_array(crown->count + 1, sizeof *stack);
    size_t waiting = 1;
    while (waiting > 0) {
        const limb_t *limb = &crown->limbs[stack[--waiting].limb];
        if (limb > crown->limbs && stack[waiting].parent != UINT32_MAX) {
            tree_right(tree, stack[waiting].parent);
        }
        uint32_t node = tree_add(tree, &limb->fact);
        if (limb->left == 0) {
            tally_rows(&grower->tally, grower->samples, grower->rows + limb->branch.start,
                       limb->branch.end - limb->branch.start);
            tally_value(&grower->tally, tree_leaf(tree, node));
            continue;
        }
        tree_split(tree, node, limb->split.feature, limb->split.cut.threshold);
        stack[waiting].limb = limb->left + 1;
        stack[waiting++].parent = node;
        stack[waiting].limb = limb->left;
        stack[waiting++].parent = UINT32_MAX;
    }
    free(stack);
}

bool best_first_grow(grower_t *grower, const branch_t *root, const progress_t *progress,
                     tree_t *tree)
{
    crown_t crown = {0};
    size_t most = grower->growth->leaves_max;
    bool wanted = true;
    add(&crown, grower, root);
    for (size_t leaves = 1; leaves < most && crown.waiting > 0 && wanted; leaves++) {
        divide(&crown, grower);
        wanted = progress_report(progress, (double)leaves / (double)most, "growing");
    }
    if (wanted) {
        write(&crown, grower, tree);
    }
    free(crown.limbs);
    free(crown.heap);
    return wanted;
}
