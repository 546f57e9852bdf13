// SPDX-License-Identifier: MPL-2.0
#include "data/engine/process.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "data/engine/origin.h"
#include "data/engine/rows.h"
#include "data/engine/segment.h"
#include "data/engine/sink.h"
#include "data/engine/steps_json.h"

// Fitting reads some columns, writing all of them, and formats.
static const double FIT_SHARE = 0.2;

// What a stripe is worked on with.
typedef struct {
    eval_t *eval;
    rows_t rows;
    cells_t *cells;
    buf_t out;
    buf_t packed;
    size_t count; // rows of the stripe in work
    int64_t *faulty;
    int64_t place; // of the output's bytes
} hand_t;

typedef struct {
    const process_t *process;
    progress_t progress; // of the writing
    segments_t segments;
    flow_t *flow; // the last one, and its table
    const frame_t *frame;
    cells_style_t style;
    bool blank; // a one-column table: a blank line is a missing value
    sink_t *sink;
    hand_t *hands;
    size_t threads;
    size_t slots;  // hands
    size_t *nodes; // of the output's columns
    size_t *columns;
    size_t columns_count;
    size_t first; // the stripe to begin with
    int64_t rows_in;
    int64_t rows_out;
    int64_t *faulty; // by call
} job_t;

static err_t work(void *context, size_t slot, size_t item, fault_t *fault)
{
    job_t *job = context;
    hand_t *hand = &job->hands[slot];
    const uint32_t *rows;
    err_t err =
        eval_begin(hand->eval, job->first + item, job->columns, job->columns_count, 0, fault);
    err = err == ERR_OK
              ? eval_rows(hand->eval, job->flow->stages_count - 1, &rows, &hand->count, fault)
              : err;
    for (size_t i = 0; i < job->flow->live_count && err == ERR_OK; i++) {
        err = cells_of(hand->eval, job->flow, job->nodes[i], &job->style, &hand->cells[i], fault);
    }
    if (err != ERR_OK) {
        return err;
    }
    buf_clear(&hand->out);
    rows_write(&hand->rows, hand->cells, hand->count, job->blank, &hand->out);
    for (size_t i = 0; i < job->flow->spots_count; i++) {
        hand->faulty[i] = eval_faulty(hand->eval, i);
    }
    return job->process->style.gzip ? sink_pack(&hand->out, &hand->packed, fault) : ERR_OK;
}

static err_t settle(void *context, size_t slot, size_t item, fault_t *fault)
{
    job_t *job = context;
    hand_t *hand = &job->hands[slot];
    size_t stripe = job->first + item;
    size_t stripes = frame_stripes(job->frame);
    job->rows_in += (int64_t)frame_stripe_rows(job->frame, stripe);
    job->rows_out += (int64_t)hand->count;
    for (size_t i = 0; i < job->flow->spots_count; i++) {
        job->faulty[i] += hand->faulty[i];
    }
    const buf_t *bytes = job->process->style.gzip ? &hand->packed : &hand->out;
    sink_mark_t mark = {.stripe = stripe + 1, .rows_in = job->rows_in, .rows_out = job->rows_out};
    err_t err = ERR_OK;
    if (sink_is_ordered(job->sink)) {
        err = sink_add(job->sink, bytes, &mark, fault);
    } else {
        hand->place = sink_reserve(job->sink, bytes->size);
    }
    if (err != ERR_OK) {
        return err;
    }
    return progress_report(&job->progress, (double)(stripe + 1) / (double)stripes, "write")
               ? ERR_OK
               : fault_set(fault, ERR_CANCELLED, NULL, "the run was cancelled");
}

static err_t after(void *context, size_t slot, size_t item, fault_t *fault)
{
    job_t *job = context;
    const hand_t *hand = &job->hands[slot];
    const buf_t *bytes = job->process->style.gzip ? &hand->packed : &hand->out;
    if (job->process->consume) {
        frame_forget_stripe(job->frame, job->first + item);
    }
    return sink_is_ordered(job->sink) ? ERR_OK : sink_put(job->sink, hand->place, bytes, fault);
}

// Names that are the table's keep their quotes.
static bool was_quoted(const flow_t *flow, const live_t *live)
{
    origin_t origin = origin_of(flow, live->node);
    if (origin.column == FLOW_NONE || !origin.same) {
        return false;
    }
    const json_t *column =
        json_array_get(json_object_get(flow->description, "columns"), (size_t)origin.column);
    const char *name = json_string_value(json_object_get(column, "name"));
    return strcmp(name, live->name) == 0 && json_is_true(json_object_get(column, "quoted"));
}

static err_t write_header(job_t *job, fault_t *fault)
{
    buf_t header = {0};
    buf_t packed = {0};
    bool gzip = job->process->style.gzip;
    if (job->process->style.bom) {
        buf_add(&header, "\xEF\xBB\xBF", 3);
    }
    for (size_t i = 0; i < job->flow->live_count; i++) {
        const live_t *live = &job->flow->live[i];
        rows_name(&header, live->name, i == 0, was_quoted(job->flow, live), &job->style);
    }
    buf_add(&header, "\n", 1);
    err_t err = gzip ? sink_pack(&header, &packed, fault) : ERR_OK;
    sink_mark_t mark = {0};
    err = err == ERR_OK ? sink_add(job->sink, gzip ? &packed : &header, &mark, fault) : err;
    buf_release(&header);
    buf_release(&packed);
    return err;
}

static void choose_columns(job_t *job)
{
    flow_t *flow = job->flow;
    size_t all = frame_columns(job->frame);
    bool known;
    job->nodes = mem_array(flow->live_count, sizeof *job->nodes);
    for (size_t i = 0; i < flow->live_count; i++) {
        job->nodes[i] = flow_at(flow, flow->live[i].node, flow->stages_count - 1);
    }
    job->columns = mem_array(all, sizeof *job->columns);
    job->columns_count = eval_needs(flow, all, job->nodes, flow->live_count, flow->stages_count - 1,
                                    job->columns, &known);
    bool raw = flow->nodes[flow->live[0].node].kind != NODE_OUTPUT;
    job->blank = all == 1 && flow->live_count == 1 && raw;
}

static void settle_style(job_t *job)
{
    const json_t *description = job->flow->description;
    const char *own = json_string_value(json_object_get(description, "delimiter"));
    char input = own && *own ? *own : ',';
    job->style.delimiter = job->process->style.delimiter ? job->process->style.delimiter : input;
    job->style.quote_all = job->process->style.quote_all;
    job->style.look = job->style.delimiter != input || json_object_get(description, "bad_lines") ||
                      json_is_true(json_object_get(description, "rewritten"));
}

static void make_hands(job_t *job)
{
    job->threads = parallel_threads(job->process->threads);
    job->slots = parallel_slots(job->threads);
    job->hands = mem_array(job->slots, sizeof *job->hands);
    job->faulty = mem_array(job->flow->spots_count, sizeof *job->faulty);
    for (size_t i = 0; i < job->slots; i++) {
        hand_t *hand = &job->hands[i];
        hand->eval = eval_new(job->flow, job->frame, NULL);
        hand->cells = mem_array(job->flow->live_count, sizeof *hand->cells);
        hand->faulty = mem_array(job->flow->spots_count, sizeof *hand->faulty);
        rows_init(&hand->rows, job->flow->live_count);
    }
}

static void free_hands(job_t *job)
{
    for (size_t i = 0; i < job->slots; i++) {
        hand_t *hand = &job->hands[i];
        eval_destroy(&hand->eval);
        rows_release(&hand->rows);
        buf_release(&hand->out);
        buf_release(&hand->packed);
        free(hand->cells);
        free(hand->faulty);
    }
    free(job->hands);
    free(job->nodes);
    free(job->columns);
}

static err_t write_all(job_t *job, int64_t *ret_bytes, fault_t *fault)
{
    choose_columns(job);
    settle_style(job);
    make_hands(job);
    sink_mark_t mark;
    err_t err = sink_open(job->process->output, job->process->resume ? job->process->recipe : NULL,
                          job->process->mark_bytes, job->process->frame, &job->sink, &mark, fault);
    if (err == ERR_OK) {
        job->first = mark.stripe;
        job->rows_in = mark.rows_in;
        job->rows_out = mark.rows_out;
        err = mark.begun ? ERR_OK : write_header(job, fault);
    }
    parallel_t parallel = {.context = job,
                           .threads = job->threads,
                           .slots = job->slots,
                           .count = frame_stripes(job->frame) - job->first,
                           .work = work,
                           .settle = settle,
                           .after = after};
    err = err == ERR_OK ? parallel_run(&parallel, fault) : err;
    err = err == ERR_OK ? sink_close(&job->sink, ret_bytes, fault) : err;
    sink_destroy(&job->sink);
    free_hands(job);
    return err;
}

static json_t *columns_json(const flow_t *flow)
{
    json_t *list = json_array();
    for (size_t i = 0; i < flow->live_count; i++) {
        json_array_append_new(list, json_pack("{s:s, s:s}", "name", flow->live[i].name, "type",
                                              type_name(flow->nodes[flow->live[i].node].type)));
    }
    return list;
}

static json_t *result_json(const job_t *job, int64_t bytes)
{
    segment_last(&job->segments)->faulty = job->faulty;
    return json_pack("{s:I, s:I, s:o, s:o, s:I}", "rows_in",
                     (json_int_t)frame_rows(job->process->frame), "rows_out",
                     (json_int_t)job->rows_out, "columns", columns_json(job->flow), "steps",
                     segment_steps(&job->segments, STEPS_LEVELS_SHOWN), "bytes", (json_int_t)bytes);
}

static err_t run(job_t *job, recipe_t *recipe, json_t **ret_result, fault_t *fault)
{
    progress_t fitting = progress_part(job->process->progress, 0, FIT_SHARE);
    job->progress = progress_part(job->process->progress, FIT_SHARE, 1);
    fit_setup_t setup = {
        .frame = job->process->frame, .threads = job->process->threads, .progress = &fitting};
    err_t err = segment_run(&setup, recipe, &job->segments, fault);
    if (err != ERR_OK) {
        return err;
    }
    job->flow = segment_last(&job->segments)->flow;
    job->frame = segment_last(&job->segments)->frame;
    int64_t bytes = 0;
    err = flow_check_columns(job->flow, fault);
    err = err == ERR_OK ? write_all(job, &bytes, fault) : err;
    if (err == ERR_OK) {
        *ret_result = result_json(job, bytes);
    } else {
        free(job->faulty);
    }
    segment_release(&job->segments);
    return err;
}

err_t process_run(const process_t *process, json_t **ret_result, fault_t *fault)
{
    job_t job = {.process = process};
    recipe_t recipe = {0};
    err_t err = recipe_read(process->recipe, &recipe, fault);
    err = err == ERR_OK ? run(&job, &recipe, ret_result, fault) : err;
    recipe_release(&recipe);
    return err;
}
