// SPDX-License-Identifier: MPL-2.0
#include "learn/export_stages.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "learn/export_stage.h"

// Targets of a plan that are side by side between two stages.
typedef struct {
    size_t *targets;
    const track_t **tracks; // theirs
    size_t count;
} front_t;

static void front_add(front_t *front, const plan_t *plan, size_t target)
{
    for (size_t i = 0; i < front->count; i++) {
        if (front->targets[i] == target) {
            return;
        }
    }
    front->targets[front->count] = target;
    front->tracks[front->count++] = &plan->targets[target];
}

// What is made once `level` joins are done, as far as it is needed later: what the next join takes
// in front; behind the last one the model's inputs.
static front_t front_at(const plan_t *plan, size_t level)
{
    front_t front = {.targets = mem_array(plan->count, sizeof *front.targets),
                     .tracks = mem_array(plan->count, sizeof(track_t *))};
    for (size_t j = level; j < plan->joins_count; j++) {
        const join_t *join = &plan->joins[j];
        for (size_t i = 0; i < join->call->inputs_count; i++) {
            if (plan_level(plan, join->inputs[i]) <= level) {
                front_add(&front, plan, join->inputs[i]);
            }
        }
    }
    for (size_t i = 0; i < plan->features->count; i++) {
        if (plan_level(plan, i) <= level) {
            front_add(&front, plan, i);
        }
    }
    return front;
}

static void front_release(front_t *front)
{
    free(front->targets);
    free(front->tracks);
}

// What single columns become; those that are there already stay.
static stage_t make_single(const plan_t *plan, const stage_t *before, int64_t samples,
                           const front_t *front)
{
    stage_t stage = stage_new(plan, before, samples, front->count);
    for (size_t i = 0; i < front->count;) {
        size_t node = front->tracks[i]->node;
        if (before && stage_place(before, node) < before->outputs) {
            stage_add_kept(&stage, before, node);
            i++;
            continue;
        }
        branch_t branch = branch_at(plan->features, front->tracks, front->count, i);
        stage_add_branch(&stage, before, branch);
        i += branch.count;
    }
    return stage;
}

// A join, and what stays beside it, where `front`, which comes behind, has them.
static stage_t make_join(const plan_t *plan, const stage_t *before, size_t level,
                         const front_t *front)
{
    const join_t *join = &plan->joins[level - 1];
    size_t room = front->count + join->call->outputs_count;
    stage_t stage = stage_new(plan, before, before->samples, room);
    bool joined = false;
    for (size_t i = 0; i < front->count; i++) {
        if (plan_level(plan, front->targets[i]) < level) {
            stage_add_kept(&stage, before, front->tracks[i]->node);
        } else if (!joined) {
            stage_add_join(&stage, before, join);
            joined = true;
        }
    }
    return stage;
}

// Whether a stage makes just what is to come of it.
static bool is_front(const stage_t *stage, const front_t *front)
{
    bool same = stage->outputs == front->count;
    for (size_t i = 0; i < front->count && same; i++) {
        same = stage->nodes[i] == front->tracks[i]->node;
    }
    return same;
}

// Writes the join of a level and what comes behind it; `before` becomes the last stage.
static void write_level(buf_t *out, const plan_t *plan, size_t level, stage_t *before)
{
    char name[32];
    int number = plan->joins[level - 1].call->step->number;
    front_t front = front_at(plan, level);
    stage_t joined = make_join(plan, before, level, &front);
    snprintf(name, sizeof name, "step%d", number);
    stage_write(out, name, &joined);
    stage_release(before);
    *before = joined;
    if (!is_front(&joined, &front)) {
        *before = make_single(plan, &joined, joined.samples, &front);
        snprintf(name, sizeof name, "after%d", number);
        stage_write(out, name, before);
        stage_release(&joined);
    }
    front_release(&front);
}

void stages_write(buf_t *out, const plan_t *plan, int64_t samples)
{
    front_t front = front_at(plan, 0);
    stage_t stage = make_single(plan, NULL, samples, &front);
    stage_write(out, "prep", &stage);
    front_release(&front);
    for (size_t level = 1; level <= plan->joins_count; level++) {
        write_level(out, plan, level, &stage);
    }
    stage_release(&stage);
}
