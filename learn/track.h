// SPDX-License-Identifier: MPL-2.0
// How exports make a column of another one, call by call.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "data/engine/flow.h"

typedef struct {
    size_t node;          // of the flow: what is made
    size_t from;          // the node that it is made of: of the table, or of a call that joins
    const call_t **calls; // on the way, in order; up to the one_hot call of a leaf. Owned
    size_t calls_count;
    bool leaf;     // a 0/1 column of the last call, a one_hot, or what steps made of one
    size_t level;  // that it stands for, or group (part_group)
    size_t output; // of the one_hot, which it is
    double zero;   // what later steps made of 0 and 1
    double one;
} track_t;

// The track of a node of a fitted flow without filters of rows. `lacks` says of a step that has no
// place in the export what it has not. The caller releases it. Errors: UNSUPPORTED for such a step,
// and for steps that make no two numbers of 0 and 1; those of `apply`.
err_t track_of(const flow_t *flow, size_t node, const char *lacks, track_t *ret_track,
               fault_t *fault);

// Fills `fault` with UNSUPPORTED for a call that an export has no place for.
err_t track_refuse(const call_t *call, const char *lacks, fault_t *fault);

void track_release(track_t *track);
