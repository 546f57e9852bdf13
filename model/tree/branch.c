// SPDX-License-Identifier: MPL-2.0
#include "model/tree/branch.h"

#include <float.h>
#include <string.h>

#include "model/tree/float_sort.h"

enum {
    ORDERED_MIN = 64, // fewer rows are ordered when they are looked at: no order is kept for them
};

static size_t rows_of(const branch_t *branch)
{
    return branch->end - branch->start;
}

// The rows by a column whose order is kept. False: all have one value.
static bool look_up(grower_t *grower, const branch_t *branch, size_t feature, ordered_t *ordered)
{
    size_t count = rows_of(branch);
    const float *values = grower->columns->columns[feature].values;
    const uint32_t *rows = grower->orders[feature] + branch->start;
    if (values[rows[count - 1]] <= values[rows[0]] + CUT_DISTANCE) {
        return false;
    }
    float *ascending = grower->values;
    for (size_t i = 0; i < count; i++) {
        ascending[i] = values[rows[i]];
    }
    ordered->rows = rows;
    return true;
}

// Turns the number of rows of each level into the place of its first; false: all have one value.
static bool place_levels(const column_t *column, uint32_t *counts)
{
    uint32_t place = 0;
    size_t first = LEVELS_MAX;
    size_t last = 0;
    for (size_t level = 0; level < column->levels_count; level++) {
        uint32_t count = counts[level];
        counts[level] = place;
        place += count;
        first = count > 0 && level < first ? level : first;
        last = count > 0 ? level : last;
    }
    return column->levels[last] > column->levels[first] + CUT_DISTANCE;
}

// The rows by a column of few values, by counting them (Knuth, vol. 3, 5.2).
static bool count_levels(grower_t *grower, const branch_t *branch, size_t feature,
                         ordered_t *ordered)
{
    const column_t *column = &grower->columns->columns[feature];
    const uint8_t *codes = column->codes;
    const uint32_t *rows = grower->rows + branch->start;
    uint32_t places[LEVELS_MAX];
    memset(places, 0, column->levels_count * sizeof *places);
    for (size_t i = 0; i < rows_of(branch); i++) {
        places[codes[rows[i]]]++;
    }
    if (!place_levels(column, places)) {
        return false;
    }
    const float *levels = column->levels;
    uint32_t *ascending = grower->scratch;
    float *values = grower->values;
    for (size_t i = 0; i < rows_of(branch); i++) {
        uint8_t code = codes[rows[i]];
        uint32_t place = places[code]++;
        ascending[place] = rows[i];
        values[place] = levels[code];
    }
    ordered->rows = ascending;
    return true;
}

// The rows by a column of two values: nothing is counted but the higher one.
static bool part_levels(grower_t *grower, const branch_t *branch, size_t feature,
                        ordered_t *ordered)
{
    const column_t *column = &grower->columns->columns[feature];
    const uint8_t *codes = column->codes;
    const uint32_t *rows = grower->rows + branch->start;
    size_t count = rows_of(branch);
    size_t higher = 0;
    for (size_t i = 0; i < count; i++) {
        higher += codes[rows[i]];
    }
    if (higher == 0 || higher == count || column->levels[1] <= column->levels[0] + CUT_DISTANCE) {
        return false;
    }
    uint32_t *ascending = grower->scratch;
    size_t places[2] = {0, count - higher};
    for (size_t i = 0; i < count; i++) {
        size_t code = codes[rows[i]];
        ascending[code ? places[1] : places[0]] = rows[i];
        places[0] += 1 - code;
        places[1] += code;
    }
    for (size_t i = 0; i < count; i++) {
        grower->values[i] = column->levels[i >= count - higher];
    }
    ordered->rows = ascending;
    return true;
}

// The rows by any column, by sorting them.
static bool sort(grower_t *grower, const branch_t *branch, size_t feature, ordered_t *ordered)
{
    size_t count = rows_of(branch);
    const matrix_t *matrix = grower->columns->matrix;
    const uint32_t *rows = grower->rows + branch->start;
    uint64_t *keys = grower->keys;
    uint64_t least = UINT64_MAX;
    uint64_t most = 0;
    for (size_t i = 0; i < count; i++) {
        keys[i] = float_key(columns_value(matrix, rows[i], feature), rows[i]);
        least = keys[i] < least ? keys[i] : least;
        most = keys[i] > most ? keys[i] : most;
    }
    if (float_key_value(most) <= float_key_value(least) + CUT_DISTANCE) {
        return false;
    }
    float_sort(keys, count, keys + count);
    for (size_t i = 0; i < count; i++) {
        grower->values[i] = float_key_value(keys[i]);
        grower->scratch[i] = (uint32_t)keys[i];
    }
    ordered->rows = grower->scratch;
    return true;
}

// The rows in ascending order of the feature, the cheapest way. False: all have one value.
static bool put_in_order(grower_t *grower, const branch_t *branch, size_t feature,
                         ordered_t *ordered)
{
    const column_t *column = &grower->columns->columns[feature];
    if (column->codes && column->levels_count <= 2 * rows_of(branch)) {
        return (column->levels_count == 2 ? part_levels : count_levels)(grower, branch, feature,
                                                                        ordered);
    }
    return (branch->ordered && column->order ? look_up : sort)(grower, branch, feature, ordered);
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
        if (!put_in_order(grower, branch, feature, &ordered)) {
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
