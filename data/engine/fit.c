// SPDX-License-Identifier: MPL-2.0
#include "data/engine/fit.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault_json.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "data/step/learn.h"

// One pass over the table for the calls that can learn now.
typedef struct {
    const fit_setup_t *setup;
    flow_t *flow;
    spot_t **active;
    size_t active_count;
    size_t *columns; // of the table
    size_t columns_count;
    size_t stride;  // every so manieth stripe is looked at
    bool sample;    // in front of the first pass
    eval_t **evals; // by slot
    void **parts;   // slot x active
    place_t *places;
} pass_t;

enum {
    SAMPLE_SHARE = 32, // one of so many stripes is in a sample,
    SAMPLE_MIN = 4,    // but at least so many,
    SAMPLE_MAX = 64,   // and at most so many
};

// --- One pass ----------------------------------------------------------------------------------

// A filter whose rows are counted: the part is how many stay.
static err_t count_kept(eval_t *eval, const spot_t *spot, void **ret_part, fault_t *fault)
{
    const uint32_t *rows;
    size_t *kept = arena_alloc(eval_arena(eval), sizeof *kept);
    size_t stage = spot->begins;
    err_t err = eval_rows(eval, stage, &rows, kept, fault);
    *ret_part = kept;
    return err;
}

static err_t gather(pass_t *pass, size_t slot, size_t i, fault_t *fault)
{
    eval_t *eval = pass->evals[slot];
    const spot_t *spot = pass->active[i];
    void **part = &pass->parts[slot * pass->active_count + i];
    const uint32_t *rows;
    const vector_t *inputs;
    size_t count;
    err_t err = eval_rows(eval, spot->stage, &rows, &count, fault);
    if (err != ERR_OK) {
        return err;
    }
    place_t place = eval_place(eval, spot);
    place.sample = pass->sample;
    pass->places[slot * pass->active_count + i] = place;
    if (spot->counting) {
        return count_kept(eval, spot, part, fault);
    }
    err = eval_inputs(eval, spot, &inputs, fault);
    return err == ERR_OK
               ? spot->call.step->kind->learner->gather(&spot->call, &place, inputs, part, fault)
               : err;
}

static err_t work(void *context, size_t slot, size_t item, fault_t *fault)
{
    pass_t *pass = context;
    err_t err = eval_begin(pass->evals[slot], item * pass->stride, pass->columns,
                           pass->columns_count, 0, fault);
    for (size_t i = 0; i < pass->active_count && err == ERR_OK; i++) {
        err = gather(pass, slot, i, fault);
        if (err != ERR_OK) {
            fault_at(fault, 0, pass->active[i]->call.step->number, NULL);
        }
    }
    return err;
}

static err_t settle(void *context, size_t slot, size_t item, fault_t *fault)
{
    pass_t *pass = context;
    for (size_t i = 0; i < pass->active_count; i++) {
        spot_t *spot = pass->active[i];
        size_t at = slot * pass->active_count + i;
        if (spot->counting) {
            spot->rows_in += (int64_t)pass->places[at].rows;
            spot->rows_kept += (int64_t) * (size_t *)pass->parts[at];
            continue;
        }
        err_t err = spot->call.step->kind->learner->merge(&spot->call, &pass->places[at],
                                                          pass->parts[at], fault);
        if (err != ERR_OK) {
            return err;
        }
    }
    double done = (double)(item + 1) * (double)pass->stride /
                  (double)frame_stripes(pass->setup->frame);
    return progress_report(pass->setup->progress, done, "fit")
               ? ERR_OK
               : fault_set(fault, ERR_CANCELLED, NULL, "the fit was cancelled");
}

static err_t run_pass(pass_t *pass, fault_t *fault)
{
    size_t threads = parallel_threads(pass->setup->threads);
    size_t slots = parallel_slots(threads);
    pass->parts = mem_array(slots * pass->active_count, sizeof *pass->parts);
    pass->places = mem_array(slots * pass->active_count, sizeof *pass->places);
    parallel_t job = {.context = pass,
                      .threads = threads,
                      .slots = slots,
                      .count = frame_stripes(pass->setup->frame) / pass->stride,
                      .work = work,
                      .settle = settle};
    err_t err = parallel_run(&job, fault);
    free(pass->parts);
    free(pass->places);
    return err;
}

// --- Rounds ------------------------------------------------------------------------------------

// Collects the columns that the active calls need together.
static void collect_columns(pass_t *pass)
{
    flow_t *flow = pass->flow;
    size_t all = frame_columns(pass->setup->frame);
    bool *wanted = mem_array(all, sizeof *wanted);
    size_t *columns = mem_array(all, sizeof *columns);
    for (size_t i = 0; i < pass->active_count; i++) {
        const spot_t *spot = pass->active[i];
        bool ready;
        size_t count = eval_needs(flow, all, spot->inputs, spot->call.inputs_count, spot->stage,
                                  columns, &ready);
        for (size_t c = 0; c < count; c++) {
            wanted[columns[c]] = true;
        }
    }
    pass->columns_count = 0;
    for (size_t c = 0; c < all; c++) {
        pass->columns[pass->columns_count] = c;
        pass->columns_count += wanted[c];
    }
    free(wanted);
    free(columns);
}

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

// What is known of a node's cells without a look at them; NULL: nothing.
static const json_t *facts_of(const flow_t *flow, size_t index)
{
    const node_t *node = &flow->nodes[index];
    if (node->stage > 0) {
        return NULL;
    }
    if (node->kind == NODE_SOURCE) {
        return json_array_get(json_object_get(flow->description, "columns"), node->from);
    }
    spot_t *spot = node->kind == NODE_OUTPUT ? flow->spots[node->from] : NULL;
    if (!spot || !spot->call.step->kind->describe || !spot->call.params) {
        return NULL;
    }
    if (!spot->facts) {
        const json_t *facts = facts_of(flow, spot->inputs[0]);
        json_int_t rows = json_integer_value(json_object_get(flow->description, "rows"));
        spot->facts = facts ? spot->call.step->kind->describe(&spot->call, facts, rows) : NULL;
    }
    return spot->facts;
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
        const json_t *facts = facts_of(pass->flow, spot->inputs[0]);
        if (learn_moments_from_facts(&spot->call, facts, &err, fault)) {
            *ret_any = true;
            err = err == ERR_OK ? know(pass->flow, spot, pass->setup->cache, fault) : err;
        }
    }
    return err;
}

// How many stripes apart those of a sample are; 0: the table is too small for one.
static size_t sample_stride(const pass_t *pass)
{
    size_t stripes = frame_stripes(pass->setup->frame);
    size_t wanted = stripes / SAMPLE_SHARE;
    wanted = wanted < SAMPLE_MIN ? SAMPLE_MIN : wanted > SAMPLE_MAX ? SAMPLE_MAX : wanted;
    return stripes >= 4 * SAMPLE_MIN ? stripes / wanted : 0;
}

static err_t end_sample(pass_t *pass, fault_t *fault)
{
    err_t err = ERR_OK;
    for (size_t i = 0; i < pass->active_count && err == ERR_OK; i++) {
        call_t *call = &pass->active[i]->call;
        err = call->step->kind->learner->sampled(call, fault);
    }
    return err;
}

// Shows a sample of a large table to those calls that have a use for one.
static err_t take_sample(pass_t *pass, fault_t *fault)
{
    pass_t sample = *pass;
    sample.sample = true;
    sample.stride = sample_stride(pass);
    sample.active = mem_array(pass->active_count, sizeof(void *));
    sample.active_count = 0;
    for (size_t i = 0; i < pass->active_count && sample.stride > 0; i++) {
        spot_t *spot = pass->active[i];
        if (!spot->counting && !spot->sampled && spot->call.step->kind->learner->sampled) {
            sample.active[sample.active_count++] = spot;
            spot->sampled = true;
        }
    }
    err_t err = ERR_OK;
    if (sample.active_count > 0) {
        collect_columns(&sample);
        err = run_pass(&sample, fault);
        err = err == ERR_OK ? end_sample(&sample, fault) : err;
    }
    free(sample.active);
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
    err = err == ERR_OK ? take_sample(pass, fault) : err;
    collect_columns(pass);
    err = err == ERR_OK ? run_pass(pass, fault) : err;
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
