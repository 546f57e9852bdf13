// SPDX-License-Identifier: MPL-2.0
// A ColumnTransformer in the making: one stage of a pipeline, which takes a table or what the stage
// before it made.
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "learn/export_plan.h"

// One transformer of a stage: a branch, a join, or columns that stay as they are.
typedef struct {
    branch_t branch; // without tracks: it is none
    const join_t *join;
    size_t *places; // of its columns in the stage before; NULL: the branch's column of the table
    size_t places_count;
    size_t outputs;
} piece_t;

typedef struct {
    const plan_t *plan; // borrowed
    int64_t samples;    // that the transformers were fitted on
    bool table;         // it takes the table
    size_t width;       // how many columns it takes; of a table all features
    piece_t *pieces;
    size_t count;
    size_t *nodes; // of the flow: what comes out
    size_t outputs;
} stage_t;

// A stage behind another one, or with NULL the one that takes the table, with room for this many
// outputs. The caller releases it.
stage_t stage_new(const plan_t *plan, const stage_t *before, int64_t samples, size_t outputs);

// The place of a node among a stage's outputs; as many as there are when it is none of them.
size_t stage_place(const stage_t *stage, size_t node);

// Adds a transformer: of a branch, which begins with an output of `before` or, without that, with
// the table; of a join; or of an output of `before` that stays. What the branch and the join are
// made of is borrowed until the stage is written.
void stage_add_branch(stage_t *stage, const stage_t *before, branch_t branch);
void stage_add_join(stage_t *stage, const stage_t *before, const join_t *join);
void stage_add_kept(stage_t *stage, const stage_t *before, size_t node);

// Pushes (name, ColumnTransformer).
void stage_write(buf_t *out, const char *name, const stage_t *stage);

void stage_release(stage_t *stage);
