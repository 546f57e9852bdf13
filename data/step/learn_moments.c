// SPDX-License-Identifier: MPL-2.0
#include <math.h>
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
    return ERR_OK;
}

static err_t end(call_t *call, bool *ret_again, fault_t *fault)
{
    *ret_again = false;
    learned_moments_t *learned = call->learning;
    if (learned->moments.count == 0) {
        return learn_empty(call, fault);
    }
    learned->mean = moments_mean(&learned->moments);
    learned->sd = moments_sd(&learned->moments);
    learned->min = learned->moments.min;
    learned->max = learned->moments.max;
    return call->step->kind->finish(call, fault);
}

static void discard(call_t *call)
{
    free(call->learning);
    call->learning = NULL;
}

const learner_t LEARN_MOMENTS = {
    .begin = begin, .gather = gather, .merge = merge, .end = end, .discard = discard};

static double fact(const json_t *facts, const char *key)
{
    const json_t *value = json_object_get(facts, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

bool learn_moments_from_facts(call_t *call, const json_t *facts, err_t *ret_err, fault_t *fault)
{
    if (call->step->kind->learner != &LEARN_MOMENTS || !json_object_get(facts, "mean")) {
        return false;
    }
    learned_moments_t learned = {.mean = fact(facts, "mean"),
                                 .sd = fact(facts, "sd"),
                                 .min = fact(facts, "min"),
                                 .max = fact(facts, "max")};
    call->learning = &learned;
    *ret_err = call->step->kind->finish(call, fault);
    call->learning = NULL;
    return true;
}

err_t learn_empty(const call_t *call, fault_t *fault)
{
    return call_fault(call, 0, ERR_COLUMN_EMPTY, fault, "drop it, or fill it with a constant",
                      "column '%s' has no values", call->inputs[0].name);
}
