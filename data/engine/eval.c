// SPDX-License-Identifier: MPL-2.0
#include "data/engine/eval.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

// What is known of a node, or a stage, in the present stripe: when the stamp is that of now.
typedef struct {
    uint32_t stamp;
    vector_t vector;
} memo_t;

typedef struct {
    uint32_t stamp;
    const uint32_t *rows; // of the stripe; NULL: all of them
    size_t count;
    const uint32_t *picked; // of the rows of the stage before; NULL: all of them
} stage_memo_t;

struct eval {
    const flow_t *flow;
    const frame_t *frame;
    const row_mask_t *mask;
    stripe_t *stripe;
    size_t index;
    size_t rows; // of the stripe that are looked at
    uint32_t stamp;
    memo_t *nodes;
    size_t nodes_count;
    stage_memo_t *stages;
    size_t stages_count;
    int64_t *faulty; // by call
    size_t spots_count;
};

eval_t *eval_new(const flow_t *flow, const frame_t *frame, const row_mask_t *mask)
{
    eval_t *eval = mem_new(sizeof *eval);
    eval->flow = flow;
    eval->frame = frame;
    eval->mask = mask && mask->keep ? mask : NULL;
    eval->stripe = stripe_new(frame);
    return eval;
}

// Room for what the flow has by now.
static void grow(eval_t *eval)
{
    const flow_t *flow = eval->flow;
    if (eval->nodes_count < flow->nodes_count) {
        eval->nodes = mem_resize(eval->nodes, flow->nodes_count, sizeof *eval->nodes);
        memset(eval->nodes + eval->nodes_count, 0,
               (flow->nodes_count - eval->nodes_count) * sizeof *eval->nodes);
        eval->nodes_count = flow->nodes_count;
    }
    if (eval->stages_count < flow->stages_count) {
        eval->stages = mem_resize(eval->stages, flow->stages_count, sizeof *eval->stages);
        memset(eval->stages + eval->stages_count, 0,
               (flow->stages_count - eval->stages_count) * sizeof *eval->stages);
        eval->stages_count = flow->stages_count;
    }
    if (eval->spots_count < flow->spots_count) {
        eval->faulty = mem_resize(eval->faulty, flow->spots_count, sizeof *eval->faulty);
        memset(eval->faulty + eval->spots_count, 0,
               (flow->spots_count - eval->spots_count) * sizeof *eval->faulty);
        eval->spots_count = flow->spots_count;
    }
}

static uint32_t *rows_where(eval_t *eval, const uint8_t *keep, size_t count, size_t *ret_count)
{
    uint32_t *rows = arena_array(eval_arena(eval), count, sizeof *rows);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        rows[kept] = (uint32_t)i;
        kept += keep[i] != 0;
    }
    *ret_count = kept;
    return rows;
}

// Stage 0: all rows, or those of the mask.
static void begin_rows(eval_t *eval)
{
    stage_memo_t *stage = &eval->stages[0];
    *stage = (stage_memo_t){.stamp = eval->stamp, .count = eval->rows};
    if (!eval->mask) {
        return;
    }
    uint8_t *keep = arena_alloc(eval_arena(eval), eval->rows);
    int64_t first = frame_stripe_first(eval->frame, eval->index);
    for (size_t i = 0; i < eval->rows; i++) {
        int64_t row = first + (int64_t)i;
        keep[i] = row < eval->mask->rows && eval->mask->keep[row];
    }
    stage->rows = rows_where(eval, keep, eval->rows, &stage->count);
    stage->picked = stage->rows;
}

err_t eval_begin(eval_t *eval, size_t stripe, const size_t *needed, size_t count, size_t limit,
                 fault_t *fault)
{
    grow(eval);
    eval->stamp++;
    eval->index = stripe;
    eval->rows = frame_stripe_rows(eval->frame, stripe);
    err_t err = stripe_load(eval->stripe, stripe, needed, count, fault);
    if (limit > 0 && limit < eval->rows) {
        eval->rows = limit;
        stripe_limit(eval->stripe, limit);
    }
    begin_rows(eval);
    return err;
}

void eval_begin_cells(eval_t *eval, const size_t *columns, const vector_t *vectors, size_t count,
                      size_t rows)
{
    grow(eval);
    eval->stamp++;
    eval->index = 0;
    eval->rows = rows;
    stripe_lay(eval->stripe, columns, vectors, count);
    eval->stages[0] = (stage_memo_t){.stamp = eval->stamp, .count = rows};
}

stripe_t *eval_stripe(eval_t *eval)
{
    return eval->stripe;
}

arena_t *eval_arena(eval_t *eval)
{
    return stripe_arena(eval->stripe);
}

place_t eval_place(eval_t *eval, const spot_t *spot)
{
    return (place_t){.stripe = eval->index,
                     .rows = eval->stages[spot->stage].count,
                     .arena = eval_arena(eval),
                     .faulty = &eval->faulty[spot->index]};
}

int64_t eval_faulty(eval_t *eval, size_t spot)
{
    if (spot >= eval->spots_count) {
        return 0;
    }
    int64_t count = eval->faulty[spot];
    eval->faulty[spot] = 0;
    return count;
}

err_t eval_inputs(eval_t *eval, const spot_t *spot, const vector_t **ret_inputs, fault_t *fault)
{
    vector_t *inputs = arena_array(eval_arena(eval), spot->call.inputs_count + 1, sizeof *inputs);
    for (size_t i = 0; i < spot->call.inputs_count; i++) {
        const vector_t *vector;
        err_t err = eval_node(eval, spot->inputs[i], &vector, fault);
        if (err != ERR_OK) {
            return err;
        }
        inputs[i] = *vector;
    }
    *ret_inputs = inputs;
    return ERR_OK;
}

err_t eval_rows(eval_t *eval, size_t stage, const uint32_t **ret_rows, size_t *ret_count,
                fault_t *fault)
{
    stage_memo_t *memo = &eval->stages[stage];
    if (memo->stamp != eval->stamp) {
        const uint32_t *before;
        size_t count;
        const vector_t *inputs;
        const spot_t *spot = eval->flow->spots[eval->flow->stages[stage]];
        err_t err = eval_rows(eval, stage - 1, &before, &count, fault);
        err = err == ERR_OK ? eval_inputs(eval, spot, &inputs, fault) : err;
        if (err != ERR_OK) {
            return err;
        }
        place_t place = eval_place(eval, spot);
        uint8_t *keep = arena_alloc(place.arena, count + 1);
        err = spot->call.step->kind->keep(&spot->call, &place, inputs, keep, fault);
        if (err != ERR_OK) {
            return err;
        }
        uint32_t *picked = rows_where(eval, keep, count, &memo->count);
        bool all = memo->count == count;
        uint32_t *rows = picked;
        if (before && !all) {
            rows = arena_array(place.arena, memo->count, sizeof *rows);
            for (size_t i = 0; i < memo->count; i++) {
                rows[i] = before[picked[i]];
            }
        }
        memo->picked = all ? NULL : picked;
        memo->rows = all ? before : rows;
        memo->stamp = eval->stamp;
    }
    *ret_rows = memo->rows;
    *ret_count = memo->count;
    return ERR_OK;
}

static err_t make_source(eval_t *eval, const node_t *node, memo_t *memo)
{
    memo->vector = *stripe_vector(eval->stripe, node->from);
    const stage_memo_t *first = &eval->stages[0];
    if (first->rows) {
        memo->vector = vector_gather(&memo->vector, first->rows, first->count, eval_arena(eval));
    }
    return ERR_OK;
}

// The rows of stage `from` that are left at `to`.
static const uint32_t *picked_between(eval_t *eval, size_t from, size_t to)
{
    const uint32_t *rows = NULL;
    for (size_t stage = from + 1; stage <= to; stage++) {
        const stage_memo_t *memo = &eval->stages[stage];
        if (!memo->picked) {
            continue;
        }
        if (!rows) {
            rows = memo->picked;
            continue;
        }
        uint32_t *both = arena_array(eval_arena(eval), memo->count, sizeof *both);
        for (size_t i = 0; i < memo->count; i++) {
            both[i] = rows[memo->picked[i]];
        }
        rows = both;
    }
    return rows;
}

static err_t make_select(eval_t *eval, const node_t *node, memo_t *memo, fault_t *fault)
{
    const vector_t *whole;
    const uint32_t *rows;
    size_t count;
    err_t err = eval_rows(eval, node->stage, &rows, &count, fault);
    err = err == ERR_OK ? eval_node(eval, node->from, &whole, fault) : err;
    if (err != ERR_OK) {
        return err;
    }
    rows = picked_between(eval, eval->flow->nodes[node->from].stage, node->stage);
    memo->vector = rows ? vector_gather(whole, rows, count, eval_arena(eval)) : *whole;
    return ERR_OK;
}

// All outputs of the call at once.
static err_t make_outputs(eval_t *eval, size_t index, fault_t *fault)
{
    const spot_t *spot = eval->flow->spots[index];
    const vector_t *inputs;
    const uint32_t *rows;
    size_t count;
    err_t err = eval_rows(eval, spot->stage, &rows, &count, fault);
    err = err == ERR_OK ? eval_inputs(eval, spot, &inputs, fault) : err;
    if (err != ERR_OK) {
        return err;
    }
    place_t place = eval_place(eval, spot);
    vector_t *outputs = arena_array(place.arena, spot->call.outputs_count + 1, sizeof *outputs);
    err = spot->call.step->kind->apply(&spot->call, &place, inputs, outputs, fault);
    for (size_t i = 0; i < spot->call.outputs_count && err == ERR_OK; i++) {
        memo_t *memo = &eval->nodes[(size_t)spot->first + i];
        memo->vector = outputs[i];
        memo->stamp = eval->stamp;
    }
    return err;
}

err_t eval_node(eval_t *eval, size_t index, const vector_t **ret_vector, fault_t *fault)
{
    memo_t *memo = &eval->nodes[index];
    const node_t *node = &eval->flow->nodes[index];
    err_t err = ERR_OK;
    if (memo->stamp != eval->stamp) {
        err = node->kind == NODE_SOURCE   ? make_source(eval, node, memo)
              : node->kind == NODE_SELECT ? make_select(eval, node, memo, fault)
                                          : make_outputs(eval, node->from, fault);
        memo->stamp = eval->stamp;
    }
    *ret_vector = &memo->vector;
    return err;
}

void eval_destroy(eval_t **eval)
{
    if (!*eval) {
        return;
    }
    stripe_destroy(&(*eval)->stripe);
    free((*eval)->nodes);
    free((*eval)->stages);
    free((*eval)->faulty);
    free(*eval);
    *eval = NULL;
}

// --- What nodes need ---------------------------------------------------------------------------

typedef struct {
    const flow_t *flow;
    bool *seen;   // nodes
    bool *stages; // stages
    bool *columns;
    bool known;
} needs_t;

static void need_node(needs_t *needs, size_t index);

static void need_call(needs_t *needs, const spot_t *spot)
{
    needs->known = needs->known && spot->known;
    for (size_t i = 0; i < spot->call.inputs_count; i++) {
        need_node(needs, spot->inputs[i]);
    }
}

static void need_stage(needs_t *needs, size_t stage)
{
    for (; stage > 0 && !needs->stages[stage]; stage--) {
        needs->stages[stage] = true;
        need_call(needs, needs->flow->spots[needs->flow->stages[stage]]);
    }
}

static void need_node(needs_t *needs, size_t index)
{
    if (needs->seen[index]) {
        return;
    }
    needs->seen[index] = true;
    const node_t *node = &needs->flow->nodes[index];
    need_stage(needs, node->stage);
    if (node->kind == NODE_SOURCE) {
        needs->columns[node->from] = true;
    } else if (node->kind == NODE_SELECT) {
        need_node(needs, node->from);
    } else {
        need_call(needs, needs->flow->spots[node->from]);
    }
}

size_t eval_needs(const flow_t *flow, size_t columns, const size_t *nodes, size_t count,
                  size_t stage, size_t *ret_columns, bool *ret_known)
{
    needs_t needs = {.flow = flow, .known = true};
    needs.seen = mem_array(flow->nodes_count, sizeof(bool));
    needs.stages = mem_array(flow->stages_count, sizeof(bool));
    needs.columns = mem_array(columns, sizeof(bool));
    need_stage(&needs, stage);
    for (size_t i = 0; i < count; i++) {
        need_node(&needs, nodes[i]);
    }
    size_t found = 0;
    for (size_t i = 0; i < columns; i++) {
        ret_columns[found] = i;
        found += needs.columns[i];
    }
    *ret_known = needs.known;
    free(needs.seen);
    free(needs.stages);
    free(needs.columns);
    return found;
}
