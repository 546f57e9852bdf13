// SPDX-License-Identifier: MPL-2.0
#include "learn/export_plan.h"

#include <stdlib.h>

#include "base/mem.h"
#include "learn/parts.h"

// Adds a node to the targets unless it is one; its place among them.
static err_t add_target(plan_t *plan, size_t node, const char *lacks, size_t *ret_target,
                        fault_t *fault)
{
    size_t at = 0;
    while (at < plan->count && plan->targets[at].node != node) {
        at++;
    }
    *ret_target = at;
    if (at < plan->count) {
        return ERR_OK;
    }
    plan->targets = mem_resize(plan->targets, plan->count + 1, sizeof *plan->targets);
    err_t err = track_of(plan->features->flow, node, lacks, &plan->targets[plan->count], fault);
    plan->count += err == ERR_OK;
    return err;
}

static bool is_join(const plan_t *plan, size_t spot)
{
    for (size_t i = 0; i < plan->joins_count; i++) {
        if (plan->joins[i].spot == spot) {
            return true;
        }
    }
    return false;
}

// Adds a call that joins, unless it is there, and its inputs to the targets.
static err_t add_join(plan_t *plan, size_t index, const char *lacks, fault_t *fault)
{
    const spot_t *spot = plan->features->flow->spots[index];
    if (is_join(plan, index)) {
        return ERR_OK;
    }
    join_t join = {.call = &spot->call, .spot = index, .first = (size_t)spot->first};
    join.inputs = mem_array(spot->call.inputs_count, sizeof *join.inputs);
    plan->joins = mem_resize(plan->joins, plan->joins_count + 1, sizeof *plan->joins);
    plan->joins[plan->joins_count++] = join;
    err_t err = ERR_OK;
    for (size_t i = 0; i < spot->call.inputs_count && err == ERR_OK; i++) {
        err = add_target(plan, spot->inputs[i], lacks, &join.inputs[i], fault);
    }
    return err;
}

static int by_spot(const void *left, const void *right)
{
    size_t a = ((const join_t *)left)->spot;
    size_t b = ((const join_t *)right)->spot;
    return (a > b) - (a < b);
}

err_t plan_make(const features_t *features, const char *lacks, plan_t *ret_plan, fault_t *fault)
{
    plan_t plan = {.features = features};
    err_t err = ERR_OK;
    size_t unused;
    for (size_t i = 0; i < features->count && err == ERR_OK; i++) {
        err = add_target(&plan, features->inputs[i].node, lacks, &unused, fault);
    }
    for (size_t i = 0; i < plan.count && err == ERR_OK; i++) {
        const node_t *from = &features->flow->nodes[plan.targets[i].from];
        err = from->kind == NODE_SOURCE ? ERR_OK : add_join(&plan, from->from, lacks, fault);
    }
    if (err != ERR_OK) {
        plan_release(&plan);
        return err;
    }
    if (plan.joins_count > 0) {
        qsort(plan.joins, plan.joins_count, sizeof *plan.joins, by_spot);
    }
    *ret_plan = plan;
    return ERR_OK;
}

size_t plan_level(const plan_t *plan, size_t target)
{
    const node_t *from = &plan->features->flow->nodes[plan->targets[target].from];
    size_t level = 0;
    while (from->kind != NODE_SOURCE && plan->joins[level].spot != from->from) {
        level++;
    }
    return from->kind == NODE_SOURCE ? 0 : level + 1;
}

int64_t plan_column(const features_t *features, const track_t *track)
{
    const node_t *from = &features->flow->nodes[track->from];
    return from->kind == NODE_SOURCE ? (int64_t)from->from : FLOW_NONE;
}

void plan_release(plan_t *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        track_release(&plan->targets[i]);
    }
    for (size_t i = 0; i < plan->joins_count; i++) {
        free(plan->joins[i].inputs);
    }
    free(plan->targets);
    free(plan->joins);
    *plan = (plan_t){0};
}

// Whether a leaf stands behind another one of the same call, with a higher level.
static bool follows(const track_t *leaf, const track_t *next)
{
    return next->leaf && next->calls_count == leaf->calls_count && next->from == leaf->from &&
           next->calls[next->calls_count - 1] == leaf->calls[leaf->calls_count - 1] &&
           next->level > leaf->level;
}

branch_t branch_at(const features_t *features, const track_t *const *tracks, size_t count,
                   size_t first)
{
    branch_t branch = {.features = features, .tracks = tracks, .first = first, .count = 1};
    size_t next = first + 1;
    while (next < count && tracks[first]->leaf && follows(tracks[next - 1], tracks[next])) {
        next++;
    }
    branch.count = next - first;
    return branch;
}

const track_t *branch_track(const branch_t *branch, size_t i)
{
    return branch->tracks[branch->first + i];
}
