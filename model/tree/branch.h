// SPDX-License-Identifier: MPL-2.0
// A part of the rows while a tree grows: is it split, where, and into which parts.
#pragma once

#include "model/core/random.h"
#include "model/tree/cut.h"
#include "model/tree/grower.h"

// Rows `start` to `end` - 1 of all that the tree knows, in the order of its nodes.
typedef struct {
    size_t start;
    size_t end;
    size_t depth;
    size_t constants; // so many features, the first in `features`, have one value here
    bool ordered;     // `orders` are kept
} branch_t;

typedef struct {
    size_t feature;
    cut_t cut;
    double decrease; // of the whole's impurity
} split_t;

struct grower {
    const growth_t *growth;
    const columns_t *columns;
    const sample_t *samples;
    random_t random;
    size_t rows_count;  // that the tree knows
    double weight;      // of them
    uint32_t *rows;     // node by node
    uint32_t **orders;  // the same by column, each ascending; NULL for columns without an order
    uint32_t *features; // all, in the order in which they were drawn last
    tally_t tally;      // of the branch that is assessed
    double *lefts;      // room for a number a class
    float *values;      // room for a number a row,
    uint8_t *marks; // a row of the matrix: it is known; while branches are divided, it goes left;
    uint32_t *scratch; // a row,
    uint64_t *keys;    // and two keys a row
};

// Sums up the branch (grower->tally, *ret_fact) and looks for its split; false: it is a leaf. What
// is found constant on the way is added to branch->constants.
bool branch_assess(grower_t *grower, branch_t *branch, split_t *ret_split, fact_t *ret_fact);

// Parts the rows by the split of the branch.
void branch_divide(grower_t *grower, const branch_t *branch, const split_t *split,
                   branch_t *ret_left, branch_t *ret_right);
