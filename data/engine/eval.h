// SPDX-License-Identifier: MPL-2.0
// Nodes of a flow as vectors, stripe by stripe: one evaluator a thread. What was made of a stripe
// is kept until the next one begins.
#pragma once

#include "data/engine/flow.h"
#include "data/frame/frame.h"

// Which rows of the table count: one byte for each of `rows` rows, 0 for a row that is not there;
// rows beyond are not there either. NULL bytes: all.
typedef struct {
    const uint8_t *keep;
    int64_t rows;
} row_mask_t;

typedef struct eval eval_t;

// An evaluator over a frame; both are borrowed. `mask` may be NULL. The flow may grow between
// stripes, but not within one.
eval_t *eval_new(const flow_t *flow, const frame_t *frame, const row_mask_t *mask);

// Begins a stripe. `needed` are the columns of the table that will be asked for, ascending. At most
// `limit` rows are looked at (0: all). Errors: IO, CORRUPT.
err_t eval_begin(eval_t *eval, size_t stripe, const size_t *needed, size_t count, size_t limit,
                 fault_t *fault);

// Begins with cells that come from elsewhere instead of a stripe: stripe_lay says what `vectors`
// are. The mask, if any, does not count.
void eval_begin_cells(eval_t *eval, const size_t *columns, const vector_t *vectors, size_t count,
                      size_t rows);

// The cells of a node. Errors: those of `apply`.
err_t eval_node(eval_t *eval, size_t node, const vector_t **ret_vector, fault_t *fault);

// The inputs of a call, behind each other, in the arena.
err_t eval_inputs(eval_t *eval, const spot_t *spot, const vector_t **ret_inputs, fault_t *fault);

// The rows that are left at a stage: their numbers in the stripe, ascending; NULL means all.
// Errors: those of `keep`.
err_t eval_rows(eval_t *eval, size_t stage, const uint32_t **ret_rows, size_t *ret_count,
                fault_t *fault);

// Where a call at this stage works. The stage's rows must be known.
place_t eval_place(eval_t *eval, const spot_t *spot);

// The stripe that is evaluated.
stripe_t *eval_stripe(eval_t *eval);
arena_t *eval_arena(eval_t *eval);

// How many cells a call made missing since the last question, and forgets it.
int64_t eval_faulty(eval_t *eval, size_t spot);

void eval_destroy(eval_t **eval);

// The columns of the table that some nodes and the rows of a stage need, ascending, in
// `ret_columns` (as many as the table has), and whether all calls on the way are known.
size_t eval_needs(const flow_t *flow, size_t columns, const size_t *nodes, size_t count,
                  size_t stage, size_t *ret_columns, bool *ret_known);
