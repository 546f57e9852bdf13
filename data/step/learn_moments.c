// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>

#include "base/mem.h"
#include "data/step/learn.h"

static err_t begin(call_t *call, fault_t *fault)
{
    (void)fault;
    call->learning = mem_new(sizeof(learned_moments_t));
    return ERR_OK;
}

static err_t gather(const call_t *call, const place_t *place, const vector_t *inputs,
                    void **ret_part, fault_t *fault)
{
    (void)call;
    (void)fault;
    learned_moments_t *part = arena_alloc(place->arena, sizeof *part);
    const double *numbers = vector_doubles(&inputs[0], place->arena);
    *part = (learned_moments_t){.moments = moments_of(numbers, inputs[0].valid, place->rows)};
    part->missing = (int64_t)place->rows - part->moments.count;
    *ret_part = part;
    return ERR_OK;
}

static err_t merge(call_t *call, const place_t *place, void *part, fault_t *fault)
{
    (void)place;
    (void)fault;
    learned_moments_t *learned = call->learning;
    const learned_moments_t *more = part;
    moments_merge(&learned->moments, &more->moments);
    learned->missing += more->missing;
    return ERR_OK;
}

static err_t end(call_t *call, bool *ret_again, fault_t *fault)
{
    *ret_again = false;
    const learned_moments_t *learned = call->learning;
    if (learned->moments.count == 0) {
        return learn_empty(call, fault);
    }
    return call->step->kind->finish(call, fault);
}

static void discard(call_t *call)
{
    free(call->learning);
    call->learning = NULL;
}

const learner_t LEARN_MOMENTS = {
    .begin = begin, .gather = gather, .merge = merge, .end = end, .discard = discard};

err_t learn_empty(const call_t *call, fault_t *fault)
{
    return call_fault(call, 0, ERR_COLUMN_EMPTY, fault, "drop it, or fill it with a constant",
                      "column '%s' has no values", call->inputs[0].name);
}
