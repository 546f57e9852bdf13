// SPDX-License-Identifier: MPL-2.0
#include "learn/track.h"

#include <math.h>
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
static err_t check_leaf(const vector_t *cells, const link_t *links, size_t count,
                        const track_t *track, fault_t *fault)
{
    bool there = vector_is_valid(cells, 0) && vector_is_valid(cells, 1);
    if (there && track->zero != track->one) {
        return ERR_OK;
    }
    const step_t *step = links[count - 1].call->step;
    fault_set(fault, ERR_UNSUPPORTED, "take the column out of the step, or drop it",
              "step %d (%s) leaves nothing to tell 0 and 1 in column '%s' by", step->number,
              step->kind->title, track->name);
    fault_at(fault, 0, step->number, track->name);
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
        err = check_leaf(&cells, links, count, track, fault);
    }
    arena_release(&arena);
    return err;
}

// The way to a node, first call first. The caller frees *ret_links.
static size_t walk(const flow_t *flow, size_t node, link_t **ret_links, size_t *ret_source)
{
    size_t count = 0;
    link_t *links = NULL;
    for (const node_t *at = &flow->nodes[node]; at->kind != NODE_SOURCE; at = &flow->nodes[node]) {
        const spot_t *spot = flow->spots[at->from];
        links = mem_resize(links, count + 1, sizeof *links);
        links[count++] = (link_t){.call = &spot->call, .output = at->output};
        node = spot->inputs[0];
    }
    for (size_t i = 0; i < count / 2; i++) {
        link_t swapped = links[i];
        links[i] = links[count - 1 - i];
        links[count - 1 - i] = swapped;
    }
    *ret_links = links;
    *ret_source = flow->nodes[node].from;
    return count;
}

err_t track_of(const flow_t *flow, const live_t *live, track_t *ret_track, fault_t *fault)
{
    track_t track = {.name = live->name, .node = live->node, .type = flow->nodes[live->node].type};
    link_t *links = NULL;
    size_t count = walk(flow, live->node, &links, &track.source);
    track.calls = mem_array(count, sizeof(call_t *));
    while (track.calls_count < count && !track.leaf) {
        const link_t *link = &links[track.calls_count];
        track.calls[track.calls_count++] = link->call;
        track.leaf = part_of(link->call->step) == PART_ONE_HOT;
        track.output = link->output;
        track.level = link->output + (track.leaf && step_chose(link->call->step, "drop", "first"));
    }
    err_t err = ERR_OK;
    if (track.leaf) {
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

err_t track_follow(const track_t *track, const vector_t *cells, arena_t *arena,
                   const double **ret_numbers, fault_t *fault)
{
    vector_t made = *cells;
    err_t err = ERR_OK;
    for (size_t i = 0; i < track->calls_count && err == ERR_OK; i++) {
        bool last = track->leaf && i + 1 == track->calls_count;
        link_t link = {.call = track->calls[i], .output = last ? track->output : 0};
        err = apply(&link, arena, &made, fault);
    }
    if (err != ERR_OK) {
        return err;
    }
    const double *numbers = vector_doubles(&made, arena);
    double *list = arena_array(arena, made.count, sizeof *list);
    for (size_t i = 0; i < made.count; i++) {
        list[i] = !vector_is_valid(&made, i) ? NAN
                  : !track->leaf             ? numbers[i]
                  : numbers[i] > 0           ? track->one
                                             : track->zero;
    }
    *ret_numbers = list;
    return ERR_OK;
}

void track_release(track_t *track)
{
    free(track->calls);
    *track = (track_t){0};
}
