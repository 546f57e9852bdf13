// SPDX-License-Identifier: MPL-2.0
// The first rows, the last rows, or a random sample: rows have numbers, from 0, among those that
// reach the step.
//
// A row's place in the random order is a hash of its number, so that neither threads nor stripes
// change a sample: it is the rows with the smallest hashes.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/step/row_steps.h"
#include "data/value/hash.h"

enum {
    DIGIT_BITS = 16,
    DIGITS = 1 << DIGIT_BITS,
};

// While learning, and as params->bound.
typedef struct {
    int64_t *firsts; // the number of each stripe's first row
    size_t count;
    size_t capacity;
    int64_t rows;
    uint64_t seed;
    uint64_t limit;  // sample: rows whose hash is less stay,
    int64_t on_last; // and of those on the limit the ones up to this row; -1: none
} places_t;

static void places_free(void *bound)
{
    places_t *places = bound;
    free(places->firsts);
    free(places);
}

static err_t begin(call_t *call, fault_t *fault)
{
    (void)fault;
    call->learning = mem_new(sizeof(places_t));
    return ERR_OK;
}

static err_t gather(const call_t *call, const place_t *place, const vector_t *inputs,
                    void **ret_part, fault_t *fault)
{
    (void)call;
    (void)place;
    (void)inputs;
    (void)fault;
    *ret_part = NULL;
    return ERR_OK;
}

static err_t merge(call_t *call, const place_t *place, void *part, fault_t *fault)
{
    (void)part;
    (void)fault;
    places_t *places = call->learning;
    if (places->count == places->capacity) {
        places->capacity = places->capacity ? places->capacity * 2 : 64;
        places->firsts = mem_resize(places->firsts, places->capacity, sizeof *places->firsts);
    }
    places->firsts[places->count++] = places->rows;
    places->rows += (int64_t)place->rows;
    return ERR_OK;
}

static err_t end(call_t *call, bool *ret_again, fault_t *fault)
{
    *ret_again = false;
    return call->step->kind->finish(call, fault);
}

static void discard(call_t *call)
{
    places_free(call->learning);
    call->learning = NULL;
}

const learner_t ROW_PLACES = {
    .begin = begin, .gather = gather, .merge = merge, .end = end, .discard = discard};

err_t row_places_finish(call_t *call, fault_t *fault)
{
    (void)fault;
    places_t *bound = mem_new(sizeof *bound);
    places_t *learned = call->learning;
    *bound = *learned;
    *learned = (places_t){0};
    call->params = params_new();
    call->params->bound = bound;
    call->params->bound_free = places_free;
    return ERR_OK;
}

// The number of a stripe's first row; behind all rows for a stripe that was not there.
static int64_t first_of(const call_t *call, const place_t *place)
{
    const places_t *places = call->params->bound;
    return place->stripe < places->count ? places->firsts[place->stripe] : INT64_MAX / 2;
}

err_t row_head_keep(const call_t *call, const place_t *place, const vector_t *inputs,
                    uint8_t *ret_keep, fault_t *fault)
{
    (void)inputs;
    (void)fault;
    int64_t first = first_of(call, place);
    int64_t wanted = step_integer(call->step, "rows");
    for (size_t i = 0; i < place->rows; i++) {
        ret_keep[i] = first + (int64_t)i < wanted;
    }
    return ERR_OK;
}

err_t row_tail_keep(const call_t *call, const place_t *place, const vector_t *inputs,
                    uint8_t *ret_keep, fault_t *fault)
{
    (void)inputs;
    (void)fault;
    const places_t *places = call->params->bound;
    int64_t from = places->rows - step_integer(call->step, "rows");
    int64_t first = first_of(call, place);
    for (size_t i = 0; i < place->rows; i++) {
        ret_keep[i] = first + (int64_t)i >= from;
    }
    return ERR_OK;
}

// --- Samples -----------------------------------------------------------------------------------

// Numbers in a row make one hash after the other climb in steps; a second round mixes those too.
static uint64_t hash_of(const places_t *places, int64_t row)
{
    return hash_word(hash_word((uint64_t)row, places->seed), places->seed);
}

err_t row_sample_prepare(call_t *call, fault_t *fault)
{
    bool rows = step_json(call->step, "rows") != NULL;
    bool share = step_json(call->step, "share") != NULL;
    if (rows == share) {
        return call_fault(
            call, SIZE_MAX, ERR_STEP_PARAMETER, fault, "give rows, as in 1000, or share, as in 0.1",
            rows ? "a sample has both 'rows' and 'share'" : "a sample needs 'rows' or 'share'");
    }
    return ERR_OK;
}

// One digit of the hash on rank *rank, among rows whose hash begins with `prefix`: *rank becomes
// its rank among those with that digit too.
static uint64_t digit_on_rank(const places_t *places, uint64_t prefix, int depth, int64_t *rank)
{
    int64_t *times = mem_array(DIGITS, sizeof *times);
    int shift = 64 - depth - DIGIT_BITS;
    for (int64_t row = 0; row < places->rows; row++) {
        uint64_t hash = hash_of(places, row);
        if (depth == 0 || hash >> (64 - depth) == prefix) {
            times[hash >> shift & (DIGITS - 1)]++;
        }
    }
    uint64_t digit = 0;
    while (*rank >= times[digit]) {
        *rank -= times[digit++];
    }
    free(times);
    return digit;
}

// Finds the hash that is the `wanted`-th smallest: only row numbers are needed, no table.
static void find_limit(places_t *places, int64_t wanted)
{
    uint64_t prefix = 0;
    int64_t rank = wanted - 1;
    for (int depth = 0; depth < 64; depth += DIGIT_BITS) {
        prefix = prefix << DIGIT_BITS | digit_on_rank(places, prefix, depth, &rank);
    }
    places->limit = prefix;
    for (int64_t row = 0; row < places->rows && rank >= 0; row++) {
        if (hash_of(places, row) == prefix) {
            places->on_last = row;
            rank--;
        }
    }
}

err_t row_sample_finish(call_t *call, fault_t *fault)
{
    err_t err = row_places_finish(call, fault);
    places_t *places = call->params->bound;
    places->seed = hash_word((uint64_t)step_integer(call->step, "seed"), 0);
    places->on_last = -1;
    if (step_json(call->step, "share")) {
        double share = step_number(call->step, "share");
        places->limit = share >= 1 ? UINT64_MAX : (uint64_t)(share * 0x1p64);
        places->on_last = share >= 1 ? INT64_MAX : -1;
    } else if (step_integer(call->step, "rows") >= places->rows) {
        places->limit = UINT64_MAX;
        places->on_last = INT64_MAX;
    } else {
        find_limit(places, step_integer(call->step, "rows"));
    }
    return err;
}

err_t row_sample_keep(const call_t *call, const place_t *place, const vector_t *inputs,
                      uint8_t *ret_keep, fault_t *fault)
{
    (void)inputs;
    (void)fault;
    const places_t *places = call->params->bound;
    int64_t first = first_of(call, place);
    for (size_t i = 0; i < place->rows; i++) {
        int64_t row = first + (int64_t)i;
        uint64_t hash = hash_of(places, row);
        ret_keep[i] = hash < places->limit || (hash == places->limit && row <= places->on_last);
    }
    return ERR_OK;
}
