// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/step/learn.h"

// What one stripe has, in the arena: its levels with their counts, and how many cells are missing.
typedef struct {
    text_t *values;
    int64_t *times;
    size_t count;
    int64_t missing;
} part_t;

// Each level becomes a column; with a least share few of them do.
static bool is_one_hot(const call_t *call)
{
    return call->step->kind->method && strcmp(call->step->kind->method, "one_hot") == 0 &&
           step_number(call->step, "min_share") == 0;
}

static err_t begin(call_t *call, fault_t *fault)
{
    (void)fault;
    learned_levels_t *learned = mem_new(sizeof *learned);
    learned->limit = is_one_hot(call) ? LEARN_ONE_HOT_MAX : LEARN_LEVELS_MAX;
    learned->levels = levels_new(learned->limit, LEARN_LEVELS_BYTES);
    learned->is_number = !type_in(call->inputs[0].type, TYPES_WORDS);
    call->learning = learned;
    return ERR_OK;
}

// Texts that are coded are counted by code first.
static void count_codes(const vector_t *vector, levels_t *levels, arena_t *arena)
{
    int64_t *times = arena_array(arena, vector->words, sizeof *times);
    memset(times, 0, vector->words * sizeof *times);
    for (size_t i = 0; i < vector->count; i++) {
        times[vector->codes[i]] += vector_is_valid(vector, i);
    }
    for (size_t i = 0; i < vector->words; i++) {
        if (times[i] > 0) {
            levels_add(levels, vector->texts[i].bytes, vector->texts[i].size, times[i]);
        }
    }
}

static void count(const vector_t *vector, levels_t *levels, arena_t *arena)
{
    if (vector->codes) {
        count_codes(vector, levels, arena);
        return;
    }
    const double *numbers = vector->texts ? NULL : vector_doubles(vector, arena);
    for (size_t i = 0; i < vector->count; i++) {
        if (!vector_is_valid(vector, i)) {
            continue;
        }
        if (numbers) {
            levels_add_number(levels, numbers[i], 1);
        } else {
            levels_add(levels, vector->texts[i].bytes, vector->texts[i].size, 1);
        }
    }
}

static void keep(const levels_t *levels, part_t *part, arena_t *arena)
{
    part->count = levels_count(levels);
    part->values = arena_array(arena, part->count, sizeof *part->values);
    part->times = arena_array(arena, part->count, sizeof *part->times);
    for (size_t i = 0; i < part->count; i++) {
        size_t size;
        const char *bytes = levels_bytes(levels, i, &size);
        char *copy = arena_alloc(arena, size + 1);
        memcpy(copy, bytes, size);
        part->values[i] = (text_t){copy, (uint32_t)size};
        part->times[i] = levels_times(levels, i);
    }
}

static err_t gather(const call_t *call, const place_t *place, const vector_t *inputs,
                    void **ret_part, fault_t *fault)
{
    (void)call;
    (void)fault;
    part_t *part = arena_alloc(place->arena, sizeof *part);
    levels_t *levels = levels_new(place->rows, SIZE_MAX);
    count(&inputs[0], levels, place->arena);
    part->missing = (int64_t)vector_missing(&inputs[0]);
    keep(levels, part, place->arena);
    levels_destroy(&levels);
    *ret_part = part;
    return ERR_OK;
}

static err_t too_many(const call_t *call, const learned_levels_t *learned, fault_t *fault)
{
    bool few = is_one_hot(call);
    const char *remedy = few ? "use label, or drop the column" : "drop the column";
    if (levels_count(learned->levels) < learned->limit) {
        return call_fault(call, 0, ERR_LEVELS, fault, remedy,
                          "the distinct values of column '%s' need more memory than is allowed",
                          call->inputs[0].name);
    }
    return call_fault(call, 0, ERR_LEVELS, fault, remedy,
                      "column '%s' has more than %zu distinct values", call->inputs[0].name,
                      learned->limit);
}

static err_t merge(call_t *call, const place_t *place, void *part, fault_t *fault)
{
    (void)place;
    learned_levels_t *learned = call->learning;
    const part_t *more = part;
    err_t err = ERR_OK;
    for (size_t i = 0; i < more->count && err == ERR_OK; i++) {
        if (levels_add(learned->levels, more->values[i].bytes, more->values[i].size,
                       more->times[i]) == LEVELS_FULL) {
            err = too_many(call, learned, fault);
        }
    }
    learned->missing += more->missing;
    return err;
}

static err_t end(call_t *call, bool *ret_again, fault_t *fault)
{
    *ret_again = false;
    learned_levels_t *learned = call->learning;
    if (learned->is_number) {
        levels_sort_numbers(learned->levels);
    } else {
        levels_sort_texts(learned->levels);
    }
    return call->step->kind->finish(call, fault);
}

static void discard(call_t *call)
{
    learned_levels_t *learned = call->learning;
    levels_destroy(&learned->levels);
    free(learned);
    call->learning = NULL;
}

const learner_t LEARN_LEVELS = {
    .begin = begin, .gather = gather, .merge = merge, .end = end, .discard = discard};
