// SPDX-License-Identifier: MPL-2.0
#include "model/tree/order.h"

#include <string.h>

#include "model/tree/float_sort.h"

// By the order that is kept.
static bool look_up(grower_t *grower, const branch_t *branch, size_t feature, ordered_t *ordered)
{
    size_t count = branch->end - branch->start;
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

// By counting the rows of each level (Knuth, The Art of Computer Programming, vol. 3, 5.2).
static bool count_levels(grower_t *grower, const branch_t *branch, size_t feature,
                         ordered_t *ordered)
{
    const column_t *column = &grower->columns->columns[feature];
    const uint8_t *codes = column->codes;
    const uint32_t *rows = grower->rows + branch->start;
    uint32_t places[LEVELS_MAX];
    memset(places, 0, column->levels_count * sizeof *places);
    for (size_t i = 0; i < branch->end - branch->start; i++) {
        places[codes[rows[i]]]++;
    }
    if (!place_levels(column, places)) {
        return false;
    }
    const float *levels = column->levels;
    uint32_t *ascending = grower->scratch;
    float *values = grower->values;
    for (size_t i = 0; i < branch->end - branch->start; i++) {
        uint8_t code = codes[rows[i]];
        uint32_t place = places[code]++;
        ascending[place] = rows[i];
        values[place] = levels[code];
    }
    ordered->rows = ascending;
    return true;
}

// The same for two levels, without counters.
static bool part_levels(grower_t *grower, const branch_t *branch, size_t feature,
                        ordered_t *ordered)
{
    const column_t *column = &grower->columns->columns[feature];
    const uint8_t *codes = column->codes;
    const uint32_t *rows = grower->rows + branch->start;
    size_t count = branch->end - branch->start;
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

// By sorting.
static bool sort(grower_t *grower, const branch_t *branch, size_t feature, ordered_t *ordered)
{
    size_t count = branch->end - branch->start;
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

bool order_rows(grower_t *grower, const branch_t *branch, size_t feature, ordered_t *ordered)
{
    const column_t *column = &grower->columns->columns[feature];
    if (column->codes && column->levels_count <= 2 * (branch->end - branch->start)) {
        return (column->levels_count == 2 ? part_levels : count_levels)(grower, branch, feature,
                                                                        ordered);
    }
    return (branch->ordered && column->order ? look_up : sort)(grower, branch, feature, ordered);
}
