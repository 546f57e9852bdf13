// SPDX-License-Identifier: MPL-2.0
// Where an input of a model comes from, and what is made of it on the way.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "data/engine/flow.h"

typedef struct {
    const char *name;     // borrowed from the flow
    size_t source;        // column of the table
    size_t node;          // of the flow
    type_t type;          // of the node
    const call_t **calls; // on the way, in order; up to the one_hot call of a leaf. Owned
    size_t calls_count;
    bool leaf;     // a 0/1 column of the last call, a one_hot, or what steps made of one
    size_t level;  // that it stands for, or group (part_group)
    size_t output; // of the one_hot, which it is
    double zero;   // what later steps made of 0 and 1
    double one;
} track_t;

// The track of a live column of a fitted flow without filters of rows that comes from a column of
// the table by steps of one column each. The caller releases it. Errors: those of
// `apply`; UNSUPPORTED for steps that make no two numbers of 0 and 1.
err_t track_of(const flow_t *flow, const live_t *live, track_t *ret_track, fault_t *fault);

// What the track makes of other cells of its column, which are of its type: a number for each, NAN
// where none can be made. In the arena. Errors: those of `apply`.
err_t track_follow(const track_t *track, const vector_t *cells, arena_t *arena,
                   const double **ret_numbers, fault_t *fault);

void track_release(track_t *track);
