// SPDX-License-Identifier: MPL-2.0
#include "data/step/target.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/step/codes.h"
#include "data/step/learn.h"
#include "data/value/hash.h"

typedef struct {
    double sum;
    double count;
} cell_sum_t;

// Sums by level and fold; those of a level stand together, behind those of missing values, which
// count for the mean alone.
typedef struct {
    levels_t *levels;
    cell_sum_t *sums;
    size_t capacity; // levels that there is room for
    size_t folds;
    uint64_t seed;
    uint64_t *firsts; // by stripe: the place of its first row
    size_t stripes;
    uint64_t rows;
    bool counted;
} table_t;

// What was learned for the rows of this table: numbers by level and fold.
typedef struct {
    size_t folds;
    uint64_t seed;
    uint64_t *firsts;
    size_t stripes;
    double values[];
} folds_t;

static void free_folds(void *bound)
{
    folds_t *folds = bound;
    free(folds->firsts);
    free(folds);
}

static size_t fold_of(uint64_t row, uint64_t seed, size_t folds)
{
    return hash_word(row, seed) % folds;
}

static err_t begin(call_t *call, fault_t *fault)
{
    (void)fault;
    table_t *table = mem_new(sizeof *table);
    table->levels = levels_new(LEARN_LEVELS_MAX, LEARN_LEVELS_BYTES);
    table->folds = (size_t)step_integer(call->step, "folds");
    table->seed = (uint64_t)step_integer(call->step, "seed");
    call->learning = table;
    return ERR_OK;
}

static int64_t add_level(levels_t *levels, const vector_t *vector, const double *numbers, size_t i)
{
    if (!vector->texts) {
        return levels_add_number(levels, numbers[i], 1);
    }
    text_t text = vector->texts[vector->codes ? vector->codes[i] : i];
    return levels_add(levels, text.bytes, text.size, 1);
}

// Room for all levels and the missing; sums of new ones are zero.
static void grow(table_t *table)
{
    if (levels_count(table->levels) < table->capacity) { // one more place than levels
        return;
    }
    size_t capacity = table->capacity ? table->capacity * 2 : 64;
    table->sums = mem_resize(table->sums, capacity * table->folds, sizeof *table->sums);
    memset(table->sums + table->capacity * table->folds, 0,
           (capacity - table->capacity) * table->folds * sizeof *table->sums);
    table->capacity = capacity;
}

// Parts are small tables of their own; merge frees them.
static err_t gather(const call_t *call, const place_t *place, const vector_t *inputs,
                    void **ret_part, fault_t *fault)
{
    (void)fault;
    const table_t *whole = call->learning;
    *ret_part = NULL;
    if (!whole->counted) {
        return ERR_OK;
    }
    uint64_t first = whole->firsts[place->stripe];
    table_t *part = arena_alloc(place->arena, sizeof *part);
    *part = (table_t){.levels = levels_new(place->rows + 1, SIZE_MAX),
                      .folds = whole->folds,
                      .seed = whole->seed};
    const double *numbers = inputs[0].texts ? NULL : vector_doubles(&inputs[0], place->arena);
    const double *target = vector_doubles(&inputs[1], place->arena);
    for (size_t i = 0; i < place->rows; i++) {
        if (!vector_is_valid(&inputs[1], i)) {
            continue;
        }
        bool there = vector_is_valid(&inputs[0], i);
        size_t level = there ? (size_t)add_level(part->levels, &inputs[0], numbers, i) + 1 : 0;
        grow(part);
        cell_sum_t *sum =
            &part->sums[level * part->folds + fold_of(first + i, part->seed, part->folds)];
        sum->sum += target[i];
        sum->count++;
    }
    *ret_part = part;
    return ERR_OK;
}

static void add_sums(cell_sum_t *to, const cell_sum_t *from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to[i].sum += from[i].sum;
        to[i].count += from[i].count;
    }
}

static void count_rows(table_t *table, const place_t *place)
{
    table->firsts = mem_resize(table->firsts, place->stripe + 1, sizeof *table->firsts);
    for (; table->stripes <= place->stripe; table->stripes++) {
        table->firsts[table->stripes] = table->rows;
    }
    table->rows += place->rows;
}

static err_t merge(call_t *call, const place_t *place, void *part, fault_t *fault)
{
    table_t *table = call->learning;
    table_t *more = part;
    if (!table->counted) {
        count_rows(table, place);
        return ERR_OK;
    }
    err_t err = ERR_OK;
    grow(table);
    if (more->sums) {
        add_sums(table->sums, more->sums, table->folds);
    }
    for (size_t i = 0; i < levels_count(more->levels) && err == ERR_OK; i++) {
        size_t size;
        const char *bytes = levels_bytes(more->levels, i, &size);
        int64_t level = levels_add(table->levels, bytes, size, levels_times(more->levels, i));
        if (level == LEVELS_FULL) {
            err = call_fault(call, 0, ERR_LEVELS, fault, "drop the column",
                             "column '%s' has too many distinct values for target",
                             call->inputs[0].name);
            break;
        }
        grow(table);
        add_sums(table->sums + ((size_t)level + 1) * table->folds,
                 more->sums + (i + 1) * table->folds, table->folds);
    }
    levels_destroy(&more->levels);
    free(more->sums);
    return err;
}

static double smooth(cell_sum_t sum, double mean, double smoothing)
{
    double weight = sum.count + smoothing;
    return weight > 0 ? (sum.sum + smoothing * mean) / weight : mean;
}

// The sum over all folds but one (`folds`: none).
static cell_sum_t without(const cell_sum_t *sums, size_t folds, size_t fold)
{
    cell_sum_t sum = {0};
    for (size_t i = 0; i < folds; i++) {
        if (i != fold) {
            add_sums(&sum, &sums[i], 1);
        }
    }
    return sum;
}

static void fill(const table_t *table, const cell_sum_t *all, double smoothing, params_t *params,
                 folds_t *bound)
{
    size_t folds = table->folds;
    cell_sum_t whole = without(all, folds, folds);
    for (size_t level = 0; level < params->values_count; level++) {
        const cell_sum_t *sums = table->sums + (level + 1) * folds;
        params->values[level] = smooth(without(sums, folds, folds), params->numbers[0], smoothing);
        for (size_t fold = 0; fold < folds; fold++) {
            cell_sum_t others = without(all, folds, fold);
            others = others.count > 0 ? others : whole;
            bound->values[level * folds + fold] =
                smooth(without(sums, folds, fold), others.sum / others.count, smoothing);
        }
    }
}

static err_t end(call_t *call, bool *ret_again, fault_t *fault)
{
    table_t *table = call->learning;
    *ret_again = !table->counted;
    table->counted = true;
    if (*ret_again) {
        return ERR_OK;
    }
    size_t count = levels_count(table->levels);
    if (count == 0) {
        return learn_empty(call, fault);
    }
    cell_sum_t *all = mem_array(table->folds, sizeof *all);
    for (size_t level = 0; level <= count; level++) {
        add_sums(all, table->sums + level * table->folds, table->folds);
    }
    cell_sum_t whole = without(all, table->folds, table->folds);
    if (!isfinite(whole.sum)) {
        free(all);
        return call_fault(call, 1, ERR_COLUMN_TYPE, fault, "scale it first",
                          "the numbers of column '%s' are too large for their sum",
                          call->inputs[1].name);
    }
    params_t *params = params_new();
    folds_t *bound = mem_new(sizeof *bound + count * table->folds * sizeof *bound->values);
    bound->folds = table->folds;
    bound->seed = table->seed;
    bound->firsts = table->firsts;
    bound->stripes = table->stripes;
    table->firsts = NULL;
    params->bound = bound;
    params->bound_free = free_folds;
    params->numbers[0] = whole.sum / whole.count;
    params->values = mem_array(count, sizeof *params->values);
    params->values_count = count;
    fill(table, all, step_number(call->step, "smoothing"), params, bound);
    free(all);
    params->is_number = !type_in(call->inputs[0].type, TYPES_WORDS);
    params->levels = table->levels;
    table->levels = NULL;
    call->params = params;
    return ERR_OK;
}

static void discard(call_t *call)
{
    table_t *table = call->learning;
    levels_destroy(&table->levels);
    free(table->sums);
    free(table->firsts);
    free(table);
    call->learning = NULL;
}

const learner_t LEARN_TARGET = {
    .begin = begin, .gather = gather, .merge = merge, .end = end, .discard = discard};

err_t target_apply(const call_t *call, const place_t *place, const vector_t *inputs,
                   vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    const params_t *params = call->params;
    const folds_t *bound = params->bound;
    bool fitted = bound && place->stripe < bound->stripes;
    uint64_t first = fitted ? bound->firsts[place->stripe] : 0;
    const int32_t *codes = codes_of(params, &inputs[0], place->arena);
    double *numbers = arena_array(place->arena, place->rows, sizeof *numbers);
    for (size_t i = 0; i < place->rows; i++) {
        if (!vector_is_valid(&inputs[0], i) || codes[i] < 0) {
            numbers[i] = params->numbers[0];
        } else if (fitted) {
            size_t fold = fold_of(first + i, bound->seed, bound->folds);
            numbers[i] = bound->values[(size_t)codes[i] * bound->folds + fold];
        } else {
            numbers[i] = params->values[codes[i]];
        }
    }
    ret_outputs[0] = (vector_t){.type = TYPE_FLOAT, .count = place->rows, .numbers = numbers};
    return ERR_OK;
}
