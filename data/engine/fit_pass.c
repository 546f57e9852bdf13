// SPDX-License-Identifier: MPL-2.0
#include "data/engine/fit_pass.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"

enum {
    SAMPLE_SHARE = 32, // one of so many stripes is in a sample,
    SAMPLE_MIN = 4,    // but at least so many,
    SAMPLE_MAX = 64,   // and at most so many
};

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
    double done =
        (double)(item + 1) * (double)pass->stride / (double)frame_stripes(pass->setup->frame);
    return progress_report(pass->setup->progress, done, "fit")
               ? ERR_OK
               : fault_set(fault, ERR_CANCELLED, NULL, "the fit was cancelled");
}

err_t pass_run(pass_t *pass, fault_t *fault)
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

void pass_columns(pass_t *pass)
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

err_t pass_sample(const pass_t *pass, fault_t *fault)
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
        pass_columns(&sample);
        err = pass_run(&sample, fault);
        err = err == ERR_OK ? end_sample(&sample, fault) : err;
    }
    free(sample.active);
    return err;
}
