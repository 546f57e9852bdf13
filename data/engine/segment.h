// SPDX-License-Identifier: MPL-2.0
// A recipe with sorts, as flows behind each other. What stands in front of a sort is fitted, its
// columns are written, in the new order, into a temporary frame, and the steps behind the sort go
// on over that one. Without sorts there is one segment: the recipe over the table.
//
// Cells that no step changed keep their texts and quotes in the temporary frame, but for texts
// that only the table's own import options can read (other date formats, decimal commas): those
// become the usual ones.
#pragma once

#include <jansson.h>

#include "data/engine/fit.h"

enum {
    SEGMENT_STRIPE_BYTES = 4 << 20, // cells of one stripe of a temporary frame,
    SEGMENT_STRIPE_CELLS = 1 << 20, // and how many
    SEGMENT_BLOCK = 256,            // rows whose cells are made at once
    SEGMENT_TOKENS_MAX = 1000,      // different texts of missing cells that a column keeps
};

typedef struct {
    flow_t *flow;
    const frame_t *frame;
    frame_t *owned;  // the temporary frame; NULL: the table, or no longer needed
    int64_t *faulty; // by call: cells that it made missing; NULL: not counted. Owned
} segment_t;

// In order of steps; the last one makes the output.
typedef struct {
    segment_t *items;
    size_t count;
} segments_t;

// Plans and fits all of a recipe, which is taken over; mask and cache count for the first segment.
// The caller releases *ret_segments. Errors: those of flow_new, fit_flow and of steps; FULL, IO.
err_t segment_run(const fit_setup_t *setup, recipe_t *recipe, segments_t *ret_segments,
                  fault_t *fault);

// The last segment.
segment_t *segment_last(const segments_t *segments);

// The steps document of all segments, with the cells that steps made missing. A new reference.
json_t *segment_steps(const segments_t *segments, size_t levels_max);

// Frees flows and temporary frames.
void segment_release(segments_t *segments);

// Writes what a fitted segment makes, in the order of its next step, a sort, into an empty file.
// *ret_faulty is owned by the caller. (segment_write.c)
err_t segment_write(const segment_t *segment, const fit_setup_t *setup, size_t memory, int fd,
                    int64_t **ret_faulty, fault_t *fault);
