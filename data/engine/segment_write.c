// SPDX-License-Identifier: MPL-2.0
// The rows in front of a sort become records (a key, and the cells as texts), are sorted, and
// become the stripes of a new frame.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "data/engine/cells.h"
#include "data/engine/segment.h"
#include "data/engine/segment_cell.h"
#include "data/engine/segment_frame.h"
#include "data/engine/sort.h"

// The records are made in the first part of the work, merged in the second.
static const double MAKE_SHARE = 0.6;

// What one thread works with.
typedef struct {
    eval_t *eval;
    cells_t *cells;
    const vector_t **vectors;
    cell_text_t *texts; // columns x block
    char *scratch;
    levels_t **tokens; // by column: texts of missing cells
    buf_t records;
    int64_t *faulty;
} hand_t;

typedef struct {
    const segment_t *segment;
    const progress_t *progress;
    flow_t *flow;
    size_t stage; // the last
    size_t *nodes;
    size_t *columns;
    size_t columns_count;
    size_t *keys; // among the live columns
    size_t keys_count;
    sort_order_t order;
    cells_style_t style;
    size_t block;
    hand_t *hands;
    size_t threads;
    sorter_t *sorter;
    int64_t *faulty; // by call
    int64_t merged;  // rows
    segment_frame_t *frame;
} job_t;

static void add_record(const job_t *job, hand_t *hand, size_t row, size_t in_block)
{
    size_t record = sort_begin(&hand->records);
    for (size_t k = 0; k < job->keys_count; k++) {
        sort_cell(&hand->records, hand->vectors[job->keys[k]], row, &job->order);
    }
    sort_body(&hand->records, record);
    for (size_t c = 0; c < job->flow->live_count; c++) {
        segment_frame_cell(&hand->records, &hand->texts[c * job->block + in_block]);
    }
    sort_end(&hand->records, record);
}

static void add_records(const job_t *job, hand_t *hand, size_t count)
{
    buf_clear(&hand->records);
    for (size_t first = 0; first < count; first += job->block) {
        size_t rows = count - first < job->block ? count - first : job->block;
        for (size_t c = 0; c < job->flow->live_count; c++) {
            cell_text_t *texts = hand->texts + c * job->block;
            char *scratch = hand->scratch + c * job->block * CELLS_VALUE_SIZE;
            cells_write(&hand->cells[c], first, rows, texts, scratch);
            segment_cell_settle(&hand->cells[c], hand->vectors[c], first, rows, texts, scratch,
                                hand->tokens[c]);
        }
        for (size_t i = 0; i < rows; i++) {
            add_record(job, hand, first + i, i);
        }
    }
}

static err_t work(void *context, size_t slot, size_t item, fault_t *fault)
{
    job_t *job = context;
    hand_t *hand = &job->hands[slot];
    const uint32_t *rows;
    size_t count = 0;
    err_t err = eval_begin(hand->eval, item, job->columns, job->columns_count, 0, fault);
    err = err == ERR_OK ? eval_rows(hand->eval, job->stage, &rows, &count, fault) : err;
    for (size_t c = 0; c < job->flow->live_count && err == ERR_OK; c++) {
        err = cells_of(hand->eval, job->flow, job->nodes[c], &job->style, &hand->cells[c], fault);
        err = err == ERR_OK ? eval_node(hand->eval, job->nodes[c], &hand->vectors[c], fault) : err;
    }
    if (err != ERR_OK) {
        return err;
    }
    add_records(job, hand, count);
    for (size_t i = 0; i < job->flow->spots_count; i++) {
        hand->faulty[i] = eval_faulty(hand->eval, i);
    }
    return ERR_OK;
}

static err_t report(const job_t *job, double done, fault_t *fault)
{
    return progress_report(job->progress, done, "sort")
               ? ERR_OK
               : fault_set(fault, ERR_CANCELLED, NULL, "the run was cancelled");
}

static err_t settle(void *context, size_t slot, size_t item, fault_t *fault)
{
    job_t *job = context;
    const hand_t *hand = &job->hands[slot];
    for (size_t i = 0; i < job->flow->spots_count; i++) {
        job->faulty[i] += hand->faulty[i];
    }
    err_t err = sort_add(job->sorter, &hand->records, fault);
    double done = (double)(item + 1) / (double)frame_stripes(job->segment->frame);
    return err == ERR_OK ? report(job, MAKE_SHARE * done, fault) : err;
}

static err_t take_row(void *context, const char *body, size_t size, fault_t *fault)
{
    job_t *job = context;
    err_t err = segment_frame_row(job->frame, body, size, fault);
    if (err == ERR_OK && ++job->merged % FRAME_STRIPE_ROWS == 0) {
        double all = (double)frame_rows(job->segment->frame);
        err = report(job, MAKE_SHARE + (1 - MAKE_SHARE) * (double)job->merged / all, fault);
    }
    return err;
}

// --- What it is about --------------------------------------------------------------------------

static void choose(job_t *job)
{
    flow_t *flow = job->flow;
    const step_t *step = &flow->recipe.steps[flow->next];
    size_t all = frame_columns(job->segment->frame);
    bool known;
    job->stage = flow->stages_count - 1;
    job->nodes = mem_array(flow->live_count, sizeof *job->nodes);
    for (size_t i = 0; i < flow->live_count; i++) {
        job->nodes[i] = flow_at(flow, flow->live[i].node, job->stage);
    }
    job->columns = mem_array(all, sizeof *job->columns);
    job->columns_count =
        eval_needs(flow, all, job->nodes, flow->live_count, job->stage, job->columns, &known);
    job->keys = mem_array(step->columns_count, sizeof *job->keys);
    for (size_t i = 0; i < step->columns_count; i++) {
        job->keys[job->keys_count++] = (size_t)flow_find(flow, step->columns[i]);
    }
    job->order = (sort_order_t){.descending = step_flag(step, "descending"),
                                .missing_first = step_chose(step, "missing", "first")};
    const char *own = json_string_value(json_object_get(flow->description, "delimiter"));
    job->style.delimiter = own && *own ? *own : ',';
    job->style.look = json_object_get(flow->description, "bad_lines") ||
                      json_is_true(json_object_get(flow->description, "rewritten"));
    size_t fits = SEGMENT_STRIPE_CELLS / (flow->live_count ? flow->live_count : 1);
    job->block = fits < 1 ? 1 : fits < SEGMENT_BLOCK ? fits : SEGMENT_BLOCK;
}

static void make_hands(job_t *job, const row_mask_t *mask)
{
    size_t count = job->flow->live_count;
    job->hands = mem_array(job->threads, sizeof *job->hands);
    for (size_t i = 0; i < job->threads; i++) {
        hand_t *hand = &job->hands[i];
        hand->eval = eval_new(job->flow, job->segment->frame, mask);
        hand->cells = mem_array(count, sizeof *hand->cells);
        hand->vectors = mem_array(count, sizeof(void *));
        hand->texts = mem_array(count * job->block, sizeof *hand->texts);
        hand->scratch = mem_array(count * job->block, CELLS_VALUE_SIZE);
        hand->faulty = mem_array(job->flow->spots_count, sizeof *hand->faulty);
        hand->tokens = mem_array(count, sizeof(void *));
        for (size_t c = 0; c < count; c++) {
            hand->tokens[c] = levels_new(SEGMENT_TOKENS_MAX, SIZE_MAX);
        }
    }
}

static void free_hands(job_t *job)
{
    for (size_t i = 0; i < job->threads; i++) {
        hand_t *hand = &job->hands[i];
        eval_destroy(&hand->eval);
        for (size_t c = 0; c < job->flow->live_count; c++) {
            levels_destroy(&hand->tokens[c]);
        }
        buf_release(&hand->records);
        free(hand->cells);
        free(hand->vectors);
        free(hand->texts);
        free(hand->scratch);
        free(hand->faulty);
        free(hand->tokens);
    }
    free(job->hands);
}

// What threads saw of a column's missing cells, together.
static levels_t *tokens_of(const job_t *job, size_t column)
{
    levels_t *all = levels_new(SEGMENT_TOKENS_MAX, SIZE_MAX);
    for (size_t i = 0; i < job->threads; i++) {
        const levels_t *some = job->hands[i].tokens[column];
        for (size_t k = 0; k < levels_count(some); k++) {
            size_t size;
            const char *bytes = levels_bytes(some, k, &size);
            levels_add(all, bytes, size, 1);
        }
    }
    return all;
}

static err_t write_frame(job_t *job, int fd, fault_t *fault)
{
    err_t err = segment_frame_open(fd, job->flow, &job->frame, fault);
    for (size_t c = 0; c < job->flow->live_count && err == ERR_OK; c++) {
        levels_t *tokens = tokens_of(job, c);
        segment_frame_tokens(job->frame, c, tokens);
        levels_destroy(&tokens);
    }
    err = err == ERR_OK ? sort_merge(job->sorter, take_row, job, fault) : err;
    err = err == ERR_OK ? segment_frame_close(job->frame, job->style.delimiter, fault) : err;
    segment_frame_destroy(&job->frame);
    return err;
}

err_t segment_write(const segment_t *segment, const fit_setup_t *setup, size_t memory, int fd,
                    int64_t **ret_faulty, fault_t *fault)
{
    job_t job = {.segment = segment, .flow = segment->flow, .progress = setup->progress};
    job.threads = parallel_threads(setup->threads);
    job.sorter = sort_new(memory);
    job.faulty = mem_array(job.flow->spots_count, sizeof *job.faulty);
    choose(&job);
    make_hands(&job, setup->mask);
    parallel_t parallel = {.context = &job,
                           .threads = job.threads,
                           .count = frame_stripes(segment->frame),
                           .work = work,
                           .settle = settle};
    err_t err = parallel_run(&parallel, fault);
    err = err == ERR_OK ? write_frame(&job, fd, fault) : err;
    free_hands(&job);
    sort_destroy(&job.sorter);
    free(job.nodes);
    free(job.columns);
    free(job.keys);
    if (err != ERR_OK) {
        free(job.faulty);
        return err;
    }
    *ret_faulty = job.faulty;
    return ERR_OK;
}
