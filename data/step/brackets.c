// SPDX-License-Identifier: MPL-2.0
#include "data/step/brackets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/wide.h"
#include "data/value/select.h"

enum {
    INSIDE_MAX = 1 << 21, // values that a bracket collects; more and it finds nothing
    DEVIATIONS = 5,       // of a rank in the sample, to each side
};

// Where a run of values lies about a bracket.
typedef struct {
    int64_t below;
    int64_t at_low;
    int64_t at_high;
    double *inside; // low < value < high
    size_t inside_count;
} found_t;

typedef struct {
    double low; // of the sample, or infinite
    double high;
    found_t found;
    size_t capacity;
} bracket_t;

struct brackets {
    double *sample;
    size_t sample_count;
    size_t sample_capacity;
    bracket_t items[BRACKETS_MAX];
    size_t items_count;
    int64_t count;
    double min;
    double max;
};

struct brackets_part {
    int64_t count;
    double min;
    double max;
    found_t found[BRACKETS_MAX];
};

brackets_t *brackets_new(void)
{
    brackets_t *brackets = mem_new(sizeof *brackets);
    brackets->min = INFINITY;
    brackets->max = -INFINITY;
    return brackets;
}

static void append(double **values, size_t *count, size_t *capacity, const double *more, size_t n)
{
    if (*count + n > *capacity) {
        *capacity = *count + n > *capacity * 2 ? *count + n : *capacity * 2;
        *values = mem_resize(*values, *capacity, sizeof **values);
    }
    if (n > 0) {
        memcpy(*values + *count, more, n * sizeof **values);
        *count += n;
    }
}

void brackets_sample(brackets_t *brackets, const double *values, size_t count)
{
    append(&brackets->sample, &brackets->sample_count, &brackets->sample_capacity, values, count);
}

static double sampled(brackets_t *brackets, double place)
{
    double last = (double)brackets->sample_count - 1;
    return place < 0      ? -INFINITY
           : place > last ? INFINITY
                          : select_rank(brackets->sample, brackets->sample_count, (size_t)place);
}

bool brackets_make(brackets_t *brackets, const double *quantiles, size_t count)
{
    if (count > BRACKETS_MAX || brackets->sample_count == 0) {
        return false;
    }
    double n = (double)brackets->sample_count;
    for (size_t i = 0; i < count; i++) {
        double far = DEVIATIONS * sqrt(n * quantiles[i] * (1 - quantiles[i])) + 2;
        double place = quantiles[i] * n;
        brackets->items[i].low = sampled(brackets, floor(place - far));
        brackets->items[i].high = sampled(brackets, ceil(place + far));
    }
    brackets->items_count = count;
    free(brackets->sample);
    brackets->sample = NULL;
    return true;
}

WIDE static found_t look(const bracket_t *bracket, const double *values, size_t count,
                         arena_t *arena)
{
    double low = bracket->low;
    double high = bracket->high;
    found_t found = {.inside = arena_array(arena, count + 1, sizeof *found.inside)};
    for (size_t i = 0; i < count; i++) {
        found.below += values[i] < low;
        found.at_low += values[i] == low;
        found.at_high += values[i] == high;
    }
    for (size_t i = 0; i < count; i++) { // without a branch: the processor could not foresee it
        found.inside[found.inside_count] = values[i];
        found.inside_count += (unsigned)(values[i] > low) & (unsigned)(values[i] < high);
    }
    return found;
}

WIDE static void widen(brackets_part_t *part, const double *values, size_t count)
{
    double min = INFINITY;
    double max = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        min = values[i] < min ? values[i] : min;
        max = values[i] > max ? values[i] : max;
    }
    part->min = min;
    part->max = max;
}

brackets_part_t *brackets_look(const brackets_t *brackets, const double *values, size_t count,
                               arena_t *arena)
{
    brackets_part_t *part = arena_alloc(arena, sizeof *part);
    *part = (brackets_part_t){.count = (int64_t)count};
    widen(part, values, count);
    for (size_t i = 0; i < brackets->items_count; i++) {
        part->found[i] = look(&brackets->items[i], values, count, arena);
    }
    return part;
}

void brackets_add(brackets_t *brackets, const brackets_part_t *part)
{
    brackets->count += part->count;
    brackets->min = part->min < brackets->min ? part->min : brackets->min;
    brackets->max = part->max > brackets->max ? part->max : brackets->max;
    for (size_t i = 0; i < brackets->items_count; i++) {
        bracket_t *bracket = &brackets->items[i];
        const found_t *more = &part->found[i];
        bracket->found.below += more->below;
        bracket->found.at_low += more->at_low;
        bracket->found.at_high += more->at_high;
        if (bracket->found.inside_count + more->inside_count > INSIDE_MAX) {
            bracket->low = NAN; // compares with nothing: it collects no more
            bracket->high = NAN;
            bracket->found.inside_count = 0;
            continue;
        }
        append(&bracket->found.inside, &bracket->found.inside_count, &bracket->capacity,
               more->inside, more->inside_count);
    }
}

int64_t brackets_count(const brackets_t *brackets)
{
    return brackets->count;
}

// A rank among those that are not below the bracket.
static bool find_in(bracket_t *bracket, int64_t rank, double *ret_value)
{
    found_t *found = &bracket->found;
    int64_t inside = (int64_t)found->inside_count;
    int64_t at_high = bracket->high > bracket->low ? found->at_high : 0;
    if (isnan(bracket->low) || rank < 0 || rank >= found->at_low + inside + at_high) {
        return false;
    }
    if (rank < found->at_low) {
        *ret_value = bracket->low;
        return true;
    }
    if (rank >= found->at_low + inside) {
        *ret_value = bracket->high;
        return true;
    }
    *ret_value = select_rank(found->inside, found->inside_count, (size_t)(rank - found->at_low));
    return true;
}

bool brackets_find(brackets_t *brackets, int64_t rank, double *ret_value)
{
    if (rank == 0 || rank == brackets->count - 1) {
        *ret_value = rank == 0 ? brackets->min : brackets->max;
        return brackets->count > 0;
    }
    for (size_t i = 0; i < brackets->items_count; i++) {
        if (find_in(&brackets->items[i], rank - brackets->items[i].found.below, ret_value)) {
            return true;
        }
    }
    return false;
}

void brackets_destroy(brackets_t **brackets)
{
    if (!*brackets) {
        return;
    }
    for (size_t i = 0; i < (*brackets)->items_count; i++) {
        free((*brackets)->items[i].found.inside);
    }
    free((*brackets)->sample);
    free(*brackets);
    *brackets = NULL;
}
