// SPDX-License-Identifier: MPL-2.0
// How exports make a model's inputs of the columns of the table. Most steps work on one column;
// those that join several (part_joins) come one behind the other, and what is made of one column
// for itself is made before, between and behind them.
#pragma once

#include "learn/features.h"
#include "learn/track.h"

// A call that takes several columns together.
typedef struct {
    const call_t *call;
    size_t spot;    // of the flow
    size_t first;   // node of its first output
    size_t *inputs; // targets; owned
} join_t;

typedef struct {
    const features_t *features; // borrowed
    track_t *targets;           // the model's inputs in their order; then what joins take
    size_t count;
    join_t *joins; // in the order of steps
    size_t joins_count;
} plan_t;

// The plan for the inputs of `features`. `lacks` is that of track_of. The caller releases
// *ret_plan. Errors: those of track_of.
err_t plan_make(const features_t *features, const char *lacks, plan_t *ret_plan, fault_t *fault);

// Which join a target is made of, counted from 1; 0: of the table.
size_t plan_level(const plan_t *plan, size_t target);

// The column of the table that a track begins with, or FLOW_NONE when it begins with a join.
int64_t plan_column(const features_t *features, const track_t *track);

void plan_release(plan_t *plan);

// Some tracks that are written side by side, and one transformer among them: that of the track
// `first`, or of `count` tracks which are leaves of one one_hot call with ascending levels.
typedef struct {
    const features_t *features;
    const track_t *const *tracks;
    size_t first;
    size_t count;
} branch_t;

// The branch that starts with track `first` of `count`.
branch_t branch_at(const features_t *features, const track_t *const *tracks, size_t count,
                   size_t first);

// A track of the branch.
const track_t *branch_track(const branch_t *branch, size_t i);
