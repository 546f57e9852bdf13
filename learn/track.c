// SPDX-License-Identifier: MPL-2.0
#include "learn/track.h"

#include <stdlib.h>

#include "base/mem.h"
#include "learn/parts.h"

// One call of a way, and which of its outputs goes on.
typedef struct {
    const call_t *call;
    size_t output;
} link_t;

// What a call makes of the cells, which it replaces.
static err_t apply(const link_t *link, arena_t *arena, vector_t *cells, fault_t *fault)
{
    int64_t faulty = 0;
    place_t place = {.rows = cells->count, .arena = arena, .faulty = &faulty};
    vector_t *outputs = arena_array(arena, link->call->outputs_count, sizeof *outputs);
    err_t err = link->call->step->kind->apply(link->call, &place, cells, outputs, fault);
    if (err == ERR_OK) {
        *cells = outputs[link->output];
    }
    return err;
}

// Both must be numbers, and not the same one.
static err_t check_leaf(const vector_t *cells, const call_t *call, const track_t *track,
                        fault_t *fault)
{
    bool there = vector_is_valid(cells, 0) && vector_is_valid(cells, 1);
    if (there && track->zero != track->one) {
        return ERR_OK;
    }
    const char *name = call->inputs[0].name;
    fault_set(fault, ERR_UNSUPPORTED, "take the column out of the step, or drop it",
              "step %d (%s) leaves nothing to tell 0 and 1 in column '%.100s' by",
              call->step->number, call->step->kind->title, name);
    fault_at(fault, 0, call->step->number, name);
    return ERR_UNSUPPORTED;
}

// Follows 0 and 1 through what comes behind a one_hot call.
static err_t follow(const link_t *links, size_t count, track_t *track, fault_t *fault)
{
    static const int64_t values[2] = {0, 1};
    arena_t arena = {0};
    vector_t cells = {.type = TYPE_INTEGER, .count = 2, .integers = values};
    err_t err = ERR_OK;
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        err = apply(&links[i], &arena, &cells, fault);
    }
    if (err == ERR_OK) {
        const double *made = vector_doubles(&cells, &arena);
        track->zero = made[0];
        track->one = made[1];
        err = count > 0 ? check_leaf(&cells, links[count - 1].call, track, fault) : ERR_OK;
    }
    arena_release(&arena);
    return err;
}

err_t track_refuse(const call_t *call, const char *lacks, fault_t *fault)
{
    const step_t *step = call->step;
    const char *name = call->inputs_count > 0 ? call->inputs[0].name : call->outputs[0].name;
    fault_set(fault, ERR_UNSUPPORTED, "use another format, or another step",
              "step %d (%s) of column '%.100s' has no %s", step->number, step->kind->title, name,
              lacks);
    fault_at(fault, 0, step->number, name);
    return ERR_UNSUPPORTED;
}

// The way to a node, first call first, without those that change nothing; *ret_odd is the first
// call that is no part, NULL when all are. The caller frees *ret_links.
static size_t walk(const flow_t *flow, size_t node, link_t **ret_links, size_t *ret_from,
                   const call_t **ret_odd)
{
    size_t count = 0;
    link_t *links = NULL;
    *ret_odd = NULL;
    for (const node_t *at = &flow->nodes[node]; at->kind != NODE_SOURCE; at = &flow->nodes[node]) {
        const spot_t *spot = flow->spots[at->from];
        part_t part = spot->call.inputs_count > 0 ? part_of(&spot->call) : PART_NONE;
        if (part_joins(part)) {
            break;
        }
        *ret_odd = part == PART_NONE ? &spot->call : *ret_odd;
        if (spot->call.inputs_count == 0) {
            break;
        }
        if (part != PART_SAME) {
            links = mem_resize(links, count + 1, sizeof *links);
            links[count++] = (link_t){.call = &spot->call, .output = at->output};
        }
        node = spot->inputs[0];
    }
    for (size_t i = 0; i < count / 2; i++) {
        link_t swapped = links[i];
        links[i] = links[count - 1 - i];
        links[count - 1 - i] = swapped;
    }
    *ret_links = links;
    *ret_from = node;
    return count;
}

err_t track_of(const flow_t *flow, size_t node, const char *lacks, track_t *ret_track,
               fault_t *fault)
{
    track_t track = {.node = node};
    link_t *links = NULL;
    const call_t *odd;
    size_t count = walk(flow, node, &links, &track.from, &odd);
    track.calls = mem_array(count, sizeof(call_t *));
    while (track.calls_count < count && !track.leaf) {
        const link_t *link = &links[track.calls_count];
        track.calls[track.calls_count++] = link->call;
        track.leaf = part_of(link->call) == PART_ONE_HOT;
        track.output = link->output;
        track.level = link->output + (track.leaf && step_chose(link->call->step, "drop", "first"));
    }
    err_t err = odd ? track_refuse(odd, lacks, fault) : ERR_OK;
    if (err == ERR_OK && track.leaf) {
        err = follow(links + track.calls_count, count - track.calls_count, &track, fault);
    }
    free(links);
    if (err != ERR_OK) {
        track_release(&track);
        return err;
    }
    *ret_track = track;
    return ERR_OK;
}

void track_release(track_t *track)
{
    free(track->calls);
    *track = (track_t){0};
}
