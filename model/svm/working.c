// SPDX-License-Identifier: MPL-2.0
#include "model/svm/working.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static size_t side_of(const working_t *working, size_t place)
{
    return working->how->sides ? working->how->sides[working->rows[place]] : 0;
}

static void park(working_t *working, size_t place)
{
    for (size_t i = 0; i < working->how->sides_count; i++) {
        working->sides[i].up[place] = -INFINITY;
        working->sides[i].low[place] = INFINITY;
    }
}

void working_set_moves(working_t *working, size_t place)
{
    const solver_t *how = working->how;
    side_t *side = &working->sides[side_of(working, place)];
    size_t row = working->rows[place];
    double value = working->values[row];
    double margin = how->margin;
    side->up[place] = value >= how->high[row] ? -INFINITY : value < 0 ? margin : -margin;
    side->low[place] = value <= how->low[row] ? INFINITY : value > 0 ? -margin : margin;
}

static void find_ends(working_t *working)
{
    for (size_t i = 0; i < working->how->sides_count; i++) {
        side_t *side = &working->sides[i];
        side->ends = ENDS_NONE;
        scan_ends(working->scores, side->up, side->low, 0, gram_padded(working->active),
                  &side->ends);
    }
}

// Brings the scores of the places from `begin` to `end` up to date; they are those of the values
// `since`, or not known (NULL).
static void score(working_t *working, const double *since, size_t begin, size_t end)
{
    size_t first = begin / GRAM_ROWS * GRAM_ROWS;
    if (begin >= end) {
        return;
    }
    double *factors = mem_array(working->count, sizeof *factors);
    double *sums = mem_array(gram_padded(end) - first, sizeof *sums);
    for (size_t i = 0; i < working->count; i++) {
        size_t row = working->rows[i];
        factors[i] = working->values[row] - (since ? since[row] : 0);
    }
    gram_terms_t terms = gram_terms(working->how->gram, factors);
    gram_sums(working->how->gram, &terms, first, gram_padded(end), working->how->threads, sums);
    for (size_t i = begin; i < end; i++) {
        double before = since ? working->scores[i] : working->how->linear[working->rows[i]];
        working->scores[i] = before - sums[i - first];
    }
    gram_terms_release(&terms);
    free(sums);
    free(factors);
}

// Remembers the values that the scores of places that are left out from now on are of, unless they
// are few. Those in the last tile of what is worked on are moved with it.
static void remember(working_t *working, size_t kept)
{
    parked_t parked = {.begin = gram_padded(kept), .end = working->active};
    if (working->parked_count == PARKED_MAX ||
        parked.end < parked.begin + working->count / PARKED_MAX) {
        return;
    }
    size_t bytes = working->count * sizeof *parked.values;
    parked.values = mem_new(bytes);
    memcpy(parked.values, working->values, bytes);
    working->parked[working->parked_count++] = parked;
}

err_t working_start(const solver_t *how, double *values, working_t *working, fault_t *fault)
{
    size_t padded = how->gram->padded;
    *working = (working_t){.how = how,
                           .count = how->gram->count,
                           .padded = padded,
                           .active = how->gram->count,
                           .rows = mem_array(padded, sizeof *working->rows),
                           .values = values,
                           .scores = mem_array(padded, sizeof *working->scores)};
    for (size_t i = 0; i < how->sides_count; i++) {
        working->sides[i].up = mem_array(padded, sizeof(double));
        working->sides[i].low = mem_array(padded, sizeof(double));
    }
    for (size_t i = 0; i < padded; i++) {
        working->rows[i] = (uint32_t)i;
        park(working, i);
    }
    for (size_t i = 0; i < working->count; i++) {
        working_set_moves(working, i);
    }
    score(working, NULL, 0, working->count);
    find_ends(working);
    return cache_new(padded, how->cache_bytes, &working->cache, fault);
}

void working_release(working_t *working)
{
    cache_destroy(&working->cache);
    for (size_t i = 0; i < SOLVER_SIDES; i++) {
        free(working->sides[i].up);
        free(working->sides[i].low);
    }
    for (size_t i = 0; i < working->parked_count; i++) {
        free(working->parked[i].values);
    }
    free(working->rows);
    free(working->scores);
}

double working_gap(const working_t *working)
{
    double gap = -INFINITY;
    for (size_t i = 0; i < working->how->sides_count; i++) {
        gap = fmax(gap, working->sides[i].ends.most - working->sides[i].ends.least);
    }
    return gap;
}

// A variable may be left out when it is at a bound and would not be chosen to leave it.
static bool stays(const working_t *working, size_t place)
{
    const side_t *side = &working->sides[side_of(working, place)];
    double score = working->scores[place];
    return score + side->up[place] < side->ends.least && score + side->low[place] > side->ends.most;
}

// Makes the order in which the variables worked on come first, and all keep theirs otherwise.
static size_t sort_out(const working_t *working, uint32_t *order)
{
    size_t kept = 0;
    for (size_t i = 0; i < working->active; i++) {
        if (!stays(working, i)) {
            order[kept++] = (uint32_t)i;
        }
    }
    size_t place = kept;
    for (size_t i = 0; i < working->active; i++) {
        if (stays(working, i)) {
            order[place++] = (uint32_t)i;
        }
    }
    for (; place < working->padded; place++) {
        order[place] = (uint32_t)place;
    }
    return kept;
}

void working_shrink(working_t *working)
{
    uint32_t *order = mem_array(working->padded, sizeof *order);
    uint32_t *rows = mem_array(working->active, sizeof *rows);
    double *scores = mem_array(working->active, sizeof *scores);
    size_t kept = sort_out(working, order);
    remember(working, kept);
    memcpy(rows, working->rows, working->active * sizeof *rows);
    memcpy(scores, working->scores, working->active * sizeof *scores);
    gram_reorder(working->how->gram, order, working->active);
    cache_reorder(working->cache, order, kept);
    for (size_t i = 0; i < working->active; i++) {
        working->rows[i] = rows[order[i]];
        working->scores[i] = scores[order[i]];
        park(working, i);
    }
    working->active = kept;
    for (size_t i = 0; i < kept; i++) {
        working_set_moves(working, i);
    }
    find_ends(working);
    free(scores);
    free(rows);
    free(order);
}

// Takes all variables back; the cache still has columns of those that were worked on.
void working_look_back(working_t *working)
{
    size_t place = working->active;
    while (working->parked_count > 0) { // the last ones are the first behind what is worked on
        parked_t *parked = &working->parked[--working->parked_count];
        score(working, NULL, place, parked->begin);
        score(working, parked->values, parked->begin, parked->end);
        place = parked->end;
        free(parked->values);
    }
    score(working, NULL, place, working->count);
    for (size_t i = working->active; i < working->count; i++) {
        working_set_moves(working, i);
    }
    working->active = working->count;
    find_ends(working);
}

const float *working_column(working_t *working, size_t place)
{
    size_t *known;
    float *column = cache_column(working->cache, place, &known);
    size_t end = gram_padded(working->active);
    if (*known < end) {
        size_t begin = *known / GRAM_ROWS * GRAM_ROWS;
        gram_column(working->how->gram, place, begin, end, column + begin);
        *known = end;
    }
    return column;
}
