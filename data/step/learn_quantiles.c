// SPDX-License-Identifier: MPL-2.0
// A few quantiles of a large table lie in brackets that a sample of it suggests (brackets.h), and
// take one pass. What is not found there is found by radix: the keys of doubles sort as unsigned
// integers, so the bucket of a rank is found by counting the first 16 bits of all keys, then the
// next 16 of those in the bucket. A bucket with few keys is collected and sorted instead.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/step/brackets.h"
#include "data/step/learn.h"

enum {
    BITS = 16,
    CHILDREN = 1 << BITS,
    COLLECT_MAX = 1 << 20, // keys that are collected in one pass
    REFINE_MAX = 16,       // buckets that are refined in one pass
};

// Keys that begin with the same `depth` bits.
typedef struct {
    uint64_t prefix;
    int depth;
    int64_t before;    // keys in front of the bucket
    int64_t count;     // keys in it
    size_t first;      // the wanted ranks in it
    size_t last;       // one behind
    int64_t *children; // while it is refined: counts
    uint64_t *keys;    // while it is collected
    size_t keys_count;
} bucket_t;

typedef struct quantile_search {
    brackets_t *brackets; // NULL: by radix
    bool collecting;
    bucket_t *active; // of this pass, all of one depth, by prefix
    size_t active_count;
    bucket_t *waiting;
    size_t waiting_count;
    size_t waiting_capacity;
    int64_t *ranks; // wanted, ascending, each once
    double *found;  // the value of each
    size_t ranks_count;
} search_t;

// What a stripe has: its values for the sample, or its part for the brackets, or its keys for the
// active buckets.
typedef struct {
    size_t count;
    double *values;
    brackets_part_t *brackets;
    uint64_t *keys;
    uint32_t *buckets;
} part_t;

static uint64_t key_of(double value)
{
    double plain = value + 0.0; // -0 becomes 0
    uint64_t bits;
    memcpy(&bits, &plain, sizeof bits);
    return bits >> 63 ? ~bits : bits | 1ULL << 63;
}

static double value_of(uint64_t key)
{
    uint64_t bits = key >> 63 ? key & ~(1ULL << 63) : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t prefix_of(uint64_t key, int depth)
{
    return depth == 0 ? 0 : key >> (64 - depth);
}

static err_t begin(call_t *call, fault_t *fault)
{
    (void)fault;
    learned_quantiles_t *learned = mem_new(sizeof *learned);
    search_t *search = mem_new(sizeof *search);
    search->active = mem_array(1, sizeof *search->active);
    search->active_count = 1;
    search->active[0].children = mem_array(CHILDREN, sizeof(int64_t));
    learned->search = search;
    call->learning = learned;
    return ERR_OK;
}

// The active bucket of a prefix, or active_count.
static size_t find_bucket(const search_t *search, uint64_t prefix)
{
    size_t low = 0;
    size_t high = search->active_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (search->active[middle].prefix < prefix) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < search->active_count && search->active[low].prefix == prefix;
    return found ? low : search->active_count;
}

// The values that are there, behind each other.
static double *values_of(const vector_t *input, arena_t *arena, size_t *ret_count)
{
    const double *numbers = vector_doubles(input, arena);
    double *values = arena_array(arena, input->count + 1, sizeof *values);
    size_t count = 0;
    for (size_t i = 0; i < input->count; i++) {
        values[count] = numbers[i] + 0.0; // -0 becomes 0
        count += vector_is_valid(input, i);
    }
    *ret_count = count;
    return values;
}

static void look(const search_t *search, const place_t *place, const vector_t *input, part_t *part)
{
    *part = (part_t){0};
    part->values = values_of(input, place->arena, &part->count);
    if (!place->sample) {
        part->brackets = brackets_look(search->brackets, part->values, part->count, place->arena);
    }
}

static err_t gather(const call_t *call, const place_t *place, const vector_t *inputs,
                    void **ret_part, fault_t *fault)
{
    (void)fault;
    const search_t *search = ((const learned_quantiles_t *)call->learning)->search;
    part_t *part = arena_alloc(place->arena, sizeof *part);
    *ret_part = part;
    if (place->sample || search->brackets) {
        look(search, place, &inputs[0], part);
        return ERR_OK;
    }
    *part = (part_t){.keys = arena_array(place->arena, place->rows, sizeof *part->keys),
                     .buckets = arena_array(place->arena, place->rows, sizeof *part->buckets)};
    const double *numbers = vector_doubles(&inputs[0], place->arena);
    int depth = search->active[0].depth;
    for (size_t i = 0; i < place->rows; i++) {
        if (!vector_is_valid(&inputs[0], i)) {
            continue;
        }
        uint64_t key = key_of(numbers[i]);
        size_t bucket = depth == 0 ? 0 : find_bucket(search, prefix_of(key, depth));
        part->keys[part->count] = key;
        part->buckets[part->count] = (uint32_t)bucket;
        part->count += bucket < search->active_count;
    }
    return ERR_OK;
}

static err_t merge(call_t *call, const place_t *place, void *part, fault_t *fault)
{
    (void)fault;
    search_t *search = ((learned_quantiles_t *)call->learning)->search;
    const part_t *more = part;
    if (place->sample) {
        search->brackets = search->brackets ? search->brackets : brackets_new();
        brackets_sample(search->brackets, more->values, more->count);
        return ERR_OK;
    }
    if (search->brackets) {
        brackets_add(search->brackets, more->brackets);
        return ERR_OK;
    }
    for (size_t i = 0; i < more->count; i++) {
        bucket_t *bucket = &search->active[more->buckets[i]];
        if (search->collecting) {
            bucket->keys[bucket->keys_count++] = more->keys[i];
        } else {
            bucket->children[more->keys[i] >> (64 - BITS - bucket->depth) & (CHILDREN - 1)]++;
        }
    }
    return ERR_OK;
}

static void resolve(search_t *search, const bucket_t *bucket, uint64_t key)
{
    for (size_t r = bucket->first; r < bucket->last; r++) {
        search->found[r] = value_of(key);
    }
}

static void wait_for(search_t *search, bucket_t bucket)
{
    if (search->waiting_count == search->waiting_capacity) {
        search->waiting_capacity = search->waiting_capacity ? search->waiting_capacity * 2 : 16;
        search->waiting =
            mem_resize(search->waiting, search->waiting_capacity, sizeof *search->waiting);
    }
    search->waiting[search->waiting_count++] = bucket;
}

// Puts the children that hold wanted ranks onto the list; those of full depth are settled.
static void split(search_t *search, bucket_t *bucket)
{
    size_t rank = bucket->first;
    int64_t before = bucket->before;
    for (size_t c = 0; c < CHILDREN && rank < bucket->last; c++) {
        bucket_t child = {.prefix = bucket->prefix << BITS | c,
                          .depth = bucket->depth + BITS,
                          .before = before,
                          .count = bucket->children[c],
                          .first = rank};
        before += child.count;
        while (rank < bucket->last && search->ranks[rank] < before) {
            rank++;
        }
        child.last = rank;
        if (child.last == child.first) {
            continue;
        }
        if (child.depth == 64) {
            resolve(search, &child, child.prefix);
        } else {
            wait_for(search, child);
        }
    }
}

static int by_key(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static void pick(search_t *search, bucket_t *bucket)
{
    qsort(bucket->keys, bucket->keys_count, sizeof *bucket->keys, by_key);
    for (size_t r = bucket->first; r < bucket->last; r++) {
        search->found[r] = value_of(bucket->keys[search->ranks[r] - bucket->before]);
    }
}

static void end_active(search_t *search)
{
    for (size_t i = 0; i < search->active_count; i++) {
        bucket_t *bucket = &search->active[i];
        if (bucket->keys) {
            pick(search, bucket);
        } else if (bucket->children) {
            split(search, bucket);
        }
        free(bucket->keys);
        free(bucket->children);
    }
    free(search->active);
    search->active = NULL;
    search->active_count = 0;
}

static int by_depth(const void *left, const void *right)
{
    const bucket_t *a = left;
    const bucket_t *b = right;
    return a->depth != b->depth ? a->depth - b->depth
                                : (a->prefix > b->prefix) - (a->prefix < b->prefix);
}

// Chooses what the next pass looks for; false when nothing is left.
static bool choose(search_t *search)
{
    if (search->waiting_count == 0) {
        return false;
    }
    qsort(search->waiting, search->waiting_count, sizeof *search->waiting, by_depth);
    search->collecting = search->waiting[0].count <= COLLECT_MAX;
    int64_t sum = 0;
    size_t taken = 0;
    for (; taken < search->waiting_count; taken++) {
        const bucket_t *bucket = &search->waiting[taken];
        bool small = sum + bucket->count <= COLLECT_MAX;
        bool fits = search->collecting ? small : taken < REFINE_MAX && bucket->count > COLLECT_MAX;
        if (bucket->depth != search->waiting[0].depth || !fits) {
            break;
        }
        sum += bucket->count;
    }
    search->active = mem_array(taken, sizeof *search->active);
    search->active_count = taken;
    memcpy(search->active, search->waiting, taken * sizeof *search->active);
    search->waiting_count -= taken;
    memmove(search->waiting, search->waiting + taken,
            search->waiting_count * sizeof *search->waiting);
    for (size_t i = 0; i < taken; i++) {
        bucket_t *bucket = &search->active[i];
        if (search->collecting) {
            bucket->keys = mem_array((size_t)bucket->count, sizeof *bucket->keys);
        } else {
            bucket->children = mem_array(CHILDREN, sizeof *bucket->children);
        }
    }
    return true;
}

static double place_of(const learned_quantiles_t *learned, size_t i)
{
    return learned->wanted[i] * (double)(learned->count - 1);
}

// The ranks that the wanted quantiles lie between.
static void set_ranks(learned_quantiles_t *learned)
{
    search_t *search = learned->search;
    search->ranks = mem_array(learned->wanted_count * 2 + 2, sizeof *search->ranks);
    search->ranks[search->ranks_count++] = 0;
    for (size_t i = 0; i < learned->wanted_count; i++) {
        int64_t low = (int64_t)floor(place_of(learned, i));
        int64_t high = low + 1 < learned->count ? low + 1 : low;
        for (int64_t rank = low; rank <= high; rank++) {
            if (rank > search->ranks[search->ranks_count - 1]) {
                search->ranks[search->ranks_count++] = rank;
            }
        }
    }
    if (search->ranks[search->ranks_count - 1] < learned->count - 1) {
        search->ranks[search->ranks_count++] = learned->count - 1;
    }
    search->found = mem_array(search->ranks_count, sizeof *search->found);
}

static double found_at(const search_t *search, int64_t rank)
{
    size_t low = 0;
    size_t high = search->ranks_count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (search->ranks[middle] < rank) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return search->found[low];
}

// numpy's linear interpolation: from the nearer end, so that it never passes the other one.
static double between(double low, double high, double share)
{
    double gap = high - low;
    return share >= 0.5 ? high - gap * (1 - share) : low + gap * share;
}

static void set_values(learned_quantiles_t *learned)
{
    const search_t *search = learned->search;
    learned->min = search->found[0];
    learned->max = search->found[search->ranks_count - 1];
    for (size_t i = 0; i < learned->wanted_count; i++) {
        double place = place_of(learned, i);
        int64_t rank = (int64_t)floor(place);
        int64_t next = rank + 1 < learned->count ? rank + 1 : rank;
        learned->values[i] =
            between(found_at(search, rank), found_at(search, next), place - (double)rank);
    }
}

// The sample tells which quantiles are wanted, and where they may lie.
static err_t sampled(call_t *call, fault_t *fault)
{
    learned_quantiles_t *learned = call->learning;
    search_t *search = learned->search;
    err_t err = call->step->kind->finish(call, fault);
    if (err == ERR_OK && !brackets_make(search->brackets, learned->wanted, learned->wanted_count)) {
        brackets_destroy(&search->brackets);
    }
    return err;
}

// Whether all ranks were found in the brackets.
static bool find_ranks(search_t *search)
{
    for (size_t i = 0; i < search->ranks_count; i++) {
        if (!brackets_find(search->brackets, search->ranks[i], &search->found[i])) {
            return false;
        }
    }
    return true;
}

static void forget_ranks(learned_quantiles_t *learned)
{
    search_t *search = learned->search;
    free(search->ranks);
    free(search->found);
    search->ranks = NULL;
    search->found = NULL;
    search->ranks_count = 0;
    learned->count = 0;
}

// The end of the pass over the brackets; *ret_again when the radix must do it.
static err_t end_brackets(call_t *call, bool *ret_again, fault_t *fault)
{
    learned_quantiles_t *learned = call->learning;
    search_t *search = learned->search;
    learned->count = brackets_count(search->brackets);
    if (learned->count == 0) {
        return learn_empty(call, fault);
    }
    err_t err = call->step->kind->finish(call, fault);
    if (err != ERR_OK) {
        return err;
    }
    set_ranks(learned);
    *ret_again = !find_ranks(search);
    brackets_destroy(&search->brackets);
    if (*ret_again) {
        forget_ranks(learned);
        return ERR_OK;
    }
    set_values(learned);
    learned->done = true;
    return call->step->kind->finish(call, fault);
}

static err_t end(call_t *call, bool *ret_again, fault_t *fault)
{
    learned_quantiles_t *learned = call->learning;
    search_t *search = learned->search;
    if (search->brackets) {
        return end_brackets(call, ret_again, fault);
    }
    if (!search->ranks) { // the first pass: now the number of values is known
        for (size_t c = 0; c < CHILDREN; c++) {
            learned->count += search->active[0].children[c];
        }
        if (learned->count == 0) {
            return learn_empty(call, fault);
        }
        err_t err = call->step->kind->finish(call, fault);
        if (err != ERR_OK) {
            return err;
        }
        set_ranks(learned);
        search->active[0].last = search->ranks_count;
        search->active[0].count = learned->count;
    }
    end_active(search);
    *ret_again = choose(search);
    if (*ret_again) {
        return ERR_OK;
    }
    set_values(learned);
    learned->done = true;
    return call->step->kind->finish(call, fault);
}

static void discard(call_t *call)
{
    learned_quantiles_t *learned = call->learning;
    search_t *search = learned->search;
    for (size_t i = 0; i < search->active_count; i++) {
        free(search->active[i].keys);
        free(search->active[i].children);
    }
    brackets_destroy(&search->brackets);
    free(search->active);
    free(search->waiting);
    free(search->ranks);
    free(search->found);
    free(search);
    free(learned);
    call->learning = NULL;
}

const learner_t LEARN_QUANTILES = {.begin = begin,
                                   .sampled = sampled,
                                   .gather = gather,
                                   .merge = merge,
                                   .end = end,
                                   .discard = discard};
