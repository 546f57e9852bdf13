// SPDX-License-Identifier: MPL-2.0
#include "model/tree/branch.h"

#include <float.h>
#include <string.h>

#include "model/tree/order.h"

enum {
    ORDERED_MIN = 64, // fewer rows are put in order when they are looked at
};

static size_t rows_of(const branch_t *branch)
{
    return branch->end - branch->start;
}

static void swap(uint32_t *features, size_t a, size_t b)
{
    uint32_t feature = features[a];
    features[a] = features[b];
    features[b] = feature;
}

// Draws features without putting them back until enough were looked at, one of which at least is
// not constant. A known constant counts as drawn and costs nothing.
static bool search(grower_t *grower, branch_t *branch, split_t *split)
{
    const growth_t *growth = grower->growth;
    ordered_t ordered = {.values = grower->values,
                         .count = rows_of(branch),
                         .samples = grower->samples,
                         .rows_min = growth->leaf_min,
                         .weight_min = growth->leaf_share * grower->weight};
    size_t known = branch->constants; // not drawn yet
    size_t end = grower->columns->matrix->columns;
    bool varied = false;
    for (size_t drawn = 0; end > branch->constants && (drawn < growth->features || !varied);
         drawn++) {
        size_t draw = (size_t)random_below(&grower->random, known + end - branch->constants);
        if (draw < known) {
            known--;
            continue;
        }
        size_t at = branch->constants + draw - known;
        size_t feature = grower->features[at];
        if (!order_rows(grower, branch, feature, &ordered)) {
            swap(grower->features, at, branch->constants++);
            continue;
        }
        varied = true;
        swap(grower->features, at, --end);
        if (cut_improve(&grower->tally, &ordered, grower->lefts, &split->cut)) {
            split->feature = feature;
        }
    }
    return split->cut.left > 0;
}

static bool may_split(const grower_t *grower, const branch_t *branch, double impurity)
{
    const growth_t *growth = grower->growth;
    return branch->depth < growth->depth_max && rows_of(branch) >= growth->split_min &&
           grower->tally.weight >= 2 * growth->leaf_share * grower->weight &&
           impurity > DBL_EPSILON;
}

bool branch_assess(grower_t *grower, branch_t *branch, split_t *ret_split, fact_t *ret_fact)
{
    tally_t *tally = &grower->tally;
    tally_rows(tally, grower->samples, grower->rows + branch->start, rows_of(branch));
    double impurity = tally_impurity(tally);
    *ret_fact = (fact_t){impurity, tally->weight, (uint32_t)rows_of(branch)};
    split_t split = {.cut = cut_none()};
    if (!may_split(grower, branch, impurity) || !search(grower, branch, &split)) {
        return false;
    }
    split.decrease = cut_decrease(tally, impurity, split.cut.gain, grower->weight);
    *ret_split = split;
    return split.decrease + DBL_EPSILON >= grower->growth->decrease_min;
}

// Marks the rows that go left, by what is quickest to read.
static void mark(grower_t *grower, const branch_t *branch, const split_t *split)
{
    const matrix_t *matrix = grower->columns->matrix;
    const column_t *column = &grower->columns->columns[split->feature];
    const uint32_t *order = branch->ordered ? grower->orders[split->feature] : NULL;
    const uint32_t *rows = (order ? order : grower->rows) + branch->start;
    uint8_t *marks = grower->marks;
    double threshold = split->cut.threshold;
    for (size_t i = 0; i < rows_of(branch); i++) {
        if (order) {
            marks[rows[i]] = i < split->cut.left;
        } else if (column->codes) {
            marks[rows[i]] = (double)column->levels[column->codes[rows[i]]] <= threshold;
        } else {
            marks[rows[i]] = (double)columns_value(matrix, rows[i], split->feature) <= threshold;
        }
    }
}

// What goes left comes first; otherwise the rows stay in the order they are in.
static void part(const grower_t *grower, uint32_t *rows, size_t count)
{
    const uint8_t *marks = grower->marks;
    uint32_t *rights = grower->scratch;
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = rows[i];
        rows[left] = row; // not behind i
        rights[i - left] = row;
        left += marks[row];
    }
    memcpy(rows + left, rights, (count - left) * sizeof *rows);
}

static void part_orders(const grower_t *grower, const branch_t *branch, size_t of)
{
    for (size_t i = branch->constants; i < grower->columns->matrix->columns; i++) {
        size_t feature = grower->features[i];
        if (grower->orders[feature] && feature != of) { // is parted: left has the lower values
            part(grower, grower->orders[feature] + branch->start, rows_of(branch));
        }
    }
}

void branch_divide(grower_t *grower, const branch_t *branch, const split_t *split,
                   branch_t *ret_left, branch_t *ret_right)
{
    size_t middle = branch->start + split->cut.left;
    branch_t left = {.start = branch->start,
                     .end = middle,
                     .depth = branch->depth + 1,
                     .constants = branch->constants};
    branch_t right = left;
    right.start = middle;
    right.end = branch->end;
    left.ordered = branch->ordered && rows_of(&left) >= ORDERED_MIN;
    right.ordered = branch->ordered && rows_of(&right) >= ORDERED_MIN;
    mark(grower, branch, split);
    part(grower, grower->rows + branch->start, rows_of(branch));
    if (left.ordered || right.ordered) {
        part_orders(grower, branch, split->feature);
    }
    *ret_left = left;
    *ret_right = right;
}
