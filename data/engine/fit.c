// SPDX-License-Identifier: MPL-2.0
#include "data/engine/fit.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault_json.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "data/engine/fit_facts.h"
#include "data/engine/fit_pass.h"
#include "data/step/learn.h"

// Collects the calls that can learn now.
static void choose(pass_t *pass)
{
    flow_t *flow = pass->flow;
    size_t all = frame_columns(pass->setup->frame);
    size_t *columns = mem_array(all, sizeof *columns);
    pass->active_count = 0;
    for (size_t i = 0; i < flow->spots_count; i++) {
        spot_t *spot = flow->spots[i];
        bool ready = !spot->fitted;
        if (ready) {
            eval_needs(flow, all, spot->inputs, spot->call.inputs_count, spot->stage, columns,
                       &ready);
        }
        if (ready) {
            pass->active[pass->active_count++] = spot;
        }
    }
    free(columns);
}

static err_t begin_call(spot_t *spot, fault_t *fault)
{
    const learner_t *learner = spot->call.step->kind->learner;
    spot->counting = !learner || spot->known;
    if (spot->counting || spot->begun) {
        return ERR_OK;
    }
    spot->begun = true;
    return learner->begin ? learner->begin(&spot->call, fault) : ERR_OK;
}

static err_t no_rows(const spot_t *spot, fault_t *fault)
{
    if (spot->rows_in == 0) {
        return fault_set(fault, ERR_NO_ROWS, "choose a file with rows", "there are no rows");
    }
    fault_set(fault, ERR_NO_ROWS, "keep some rows",
              strcmp(spot->call.step->kind->op, "missing") == 0
                  ? "every row has a missing value; none is left"
                  : "no row is left");
    fault_at(fault, 0, spot->call.step->number, NULL);
    return ERR_NO_ROWS;
}

// What is learned is kept; a filter's rows are counted next.
static err_t know(flow_t *flow, spot_t *spot, fit_cache_t *cache, fault_t *fault)
{
    const step_kind_t *kind = spot->call.step->kind;
    spot->known = true;
    if (spot->call.learning && kind->learner->discard) {
        kind->learner->discard(&spot->call);
    }
    fit_cache_put(cache, flow, spot);
    spot->fitted = kind->shape != STEP_ROWS;
    return kind->opens ? flow_open(flow, spot->index, fault) : ERR_OK;
}

static err_t end_call(flow_t *flow, spot_t *spot, fit_cache_t *cache, fault_t *fault)
{
    if (spot->counting) {
        spot->fitted = true;
        spot->known = true;
        fit_cache_put(cache, flow, spot);
        return spot->rows_kept == 0 ? no_rows(spot, fault) : ERR_OK;
    }
    bool again = false;
    err_t err = spot->call.step->kind->learner->end(&spot->call, &again, fault);
    return err == ERR_OK && !again ? know(flow, spot, cache, fault) : err;
}

// Takes what the cache has; false when a pass is needed.
static err_t from_cache(pass_t *pass, bool *ret_any, fault_t *fault)
{
    *ret_any = false;
    for (size_t i = 0; i < pass->active_count; i++) {
        spot_t *spot = pass->active[i];
        bool known = spot->known;
        if (!spot->begun && fit_cache_get(pass->setup->cache, pass->flow, spot)) {
            *ret_any = true;
            if (spot->call.step->kind->opens && !known) {
                err_t err = flow_open(pass->flow, spot->index, fault);
                if (err != ERR_OK) {
                    return err;
                }
            }
        }
    }
    return ERR_OK;
}

// Takes what the table's description tells already.
static err_t from_facts(pass_t *pass, bool *ret_any, fault_t *fault)
{
    err_t err = ERR_OK;
    for (size_t i = 0; i < pass->active_count && !pass->setup->mask && err == ERR_OK; i++) {
        spot_t *spot = pass->active[i];
        if (spot->known || spot->begun || spot->call.inputs_count == 0) {
            continue;
        }
        const json_t *facts = fit_facts(pass->flow, spot->inputs[0]);
        if (learn_moments_from_facts(&spot->call, facts, &err, fault)) {
            *ret_any = true;
            err = err == ERR_OK ? know(pass->flow, spot, pass->setup->cache, fault) : err;
        }
    }
    return err;
}

static err_t learn_active(pass_t *pass, fault_t *fault)
{
    bool any;
    err_t err = from_cache(pass, &any, fault);
    err = err == ERR_OK ? from_facts(pass, &any, fault) : err;
    if (err != ERR_OK || any) {
        return err;
    }
    for (size_t i = 0; i < pass->active_count && err == ERR_OK; i++) {
        err = begin_call(pass->active[i], fault);
    }
    err = err == ERR_OK ? pass_sample(pass, fault) : err;
    pass_columns(pass);
    err = err == ERR_OK ? pass_run(pass, fault) : err;
    for (size_t i = 0; i < pass->active_count && err == ERR_OK; i++) {
        err = end_call(pass->flow, pass->active[i], pass->setup->cache, fault);
        if (err != ERR_OK) {
            fault_at(fault, 0, pass->active[i]->call.step->number, NULL);
        }
    }
    return err;
}

// Plans as far as it goes; an issue ends it.
static err_t plan(flow_t *flow, fault_t *fault)
{
    json_t *issues = json_array();
    flow_plan(flow, false, issues);
    err_t err = ERR_OK;
    if (json_array_size(issues) > 0) {
        fault_from_json(json_array_get(issues, 0), fault);
        err = fault->code;
    }
    json_decref(issues);
    return err;
}

static err_t rounds(pass_t *pass, fault_t *fault)
{
    flow_t *flow = pass->flow;
    for (;;) {
        err_t err = plan(flow, fault);
        if (err != ERR_OK) {
            return err;
        }
        free(pass->active);
        pass->active = mem_array(flow->spots_count, sizeof(void *));
        choose(pass);
        if (pass->active_count == 0) {
            return flow->broken || flow->next == flow->recipe.count
                       ? ERR_OK
                       : fault_set(fault, ERR_INTERNAL, NULL, "a step waits for nothing");
        }
        err = learn_active(pass, fault);
        if (err != ERR_OK) {
            return err;
        }
    }
}

err_t fit_flow(flow_t *flow, const fit_setup_t *setup, fault_t *fault)
{
    pass_t pass = {.setup = setup, .flow = flow, .stride = 1};
    size_t slots = parallel_slots(parallel_threads(setup->threads));
    pass.columns = mem_array(frame_columns(setup->frame), sizeof *pass.columns);
    pass.evals = mem_array(slots, sizeof(eval_t *));
    for (size_t i = 0; i < slots; i++) {
        pass.evals[i] = eval_new(flow, setup->frame, setup->mask);
    }
    err_t err = rounds(&pass, fault);
    for (size_t i = 0; i < slots; i++) {
        eval_destroy(&pass.evals[i]);
    }
    free(pass.evals);
    free(pass.active);
    free(pass.columns);
    return err;
}
