// SPDX-License-Identifier: MPL-2.0
// A recipe laid out over a table: which call makes which column of which others.
//
// A node is one state of one column: read from the table, made by a call, or the part of another
// node that a filter of rows has left. Rows come in stages: stage 0 is the table's rows, each
// STEP_ROWS call begins the next one. A call works on nodes of one stage. So every wish for a
// column knows just what it needs, and steps that do not depend on each other are fitted together.
//
// What a one_hot step makes is known when it is fitted. Planning therefore stops at a step that
// speaks of a name that may come from there, and goes on after the fit.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "data/frame/frame.h"
#include "data/step/recipe.h"
#include "data/value/levels.h"

enum { FLOW_NONE = -1 };

typedef enum {
    NODE_SOURCE, // column `from` of the table
    NODE_OUTPUT, // output `output` of call `from`
    NODE_SELECT, // the rows of node `from` that are left at `stage`
    NODE_OPEN,   // what call `from` makes in the place of its column: known after the fit
} node_kind_t;

typedef struct {
    node_kind_t kind;
    type_t type;
    bool filled;
    size_t stage;
    size_t from;
    size_t output;
    int64_t select; // the node's select at the latest stage that asked for one, or FLOW_NONE
} node_t;

// A call with its place in the flow.
typedef struct {
    call_t call;
    size_t index; // among the spots
    size_t stage;
    size_t *inputs;  // nodes
    int64_t first;   // node of the first output, FLOW_NONE while they are not known
    size_t begins;   // STEP_ROWS: the stage of the rows it leaves
    bool known;      // what it learns is learned, so that it can be applied
    bool fitted;     // nothing is left to do: a filter has counted its rows too
    bool begun;      // it is learning
    bool counting;   // STEP_ROWS: the rows are counted in this pass
    bool sampled;    // it has seen a sample, or needs none
    json_t *facts;   // of its output, as in a description, once they were asked for; owned
    int64_t rows_in; // STEP_ROWS
    int64_t rows_kept;
} spot_t;

// A column that is there, in its place.
typedef struct {
    char *name;
    size_t node;
} live_t;

// A column that is no more, or has another name: for messages.
typedef struct {
    char *name;
    int32_t step;
    bool expanded; // one_hot split it
} gone_t;

typedef struct {
    const json_t *description; // of the table; borrowed
    recipe_t recipe;           // owned
    size_t next;               // the step that is planned next
    node_t *nodes;
    size_t nodes_count;
    size_t nodes_capacity;
    spot_t **spots; // the calls, in the order of steps
    size_t spots_count;
    size_t spots_capacity;
    size_t *stages; // the call that begins each stage; [0] means nothing
    size_t stages_count;
    live_t *live;
    size_t live_count;
    size_t live_capacity;
    gone_t *gone;
    size_t gone_count;
    levels_t *places; // names of the live columns in their order; NULL when it must be made anew
    size_t open;      // live columns that are NODE_OPEN
    bool broken;      // the next step sorts: what comes behind it is another flow
    bool given;       // what steps learned comes from a document: the table's cells do not matter
} flow_t;

// A flow without steps planned. Takes over the recipe. `description` must have columns with names
// and types. Errors: INVALID for another description.
err_t flow_new(const json_t *description, recipe_t *recipe, flow_t **ret_flow, fault_t *fault);

// The flow of a recipe's document over a frame, which is borrowed. Errors: the first issue of the
// recipe, INVALID.
err_t flow_read(const frame_t *frame, const json_t *recipe, flow_t **ret_flow, fault_t *fault);

// Plans steps until the end, or until one has to wait for a fit (then flow->next is less than the
// recipe's count). Problems are appended to `issues`; with `checking`, nothing waits: a name that
// may come from one_hot is a column that stands behind the others.
void flow_plan(flow_t *flow, bool checking, json_t *issues);

// The same for the next step alone. False when there is none, or when it has to wait.
bool flow_plan_one(flow_t *flow, bool checking, json_t *issues);

// Puts the outputs of a fitted call, known now, in the place of its open node. Errors:
// COLUMN_COLLISION, LEVELS when the table would be too wide.
err_t flow_open(flow_t *flow, size_t spot, fault_t *fault);

// The live column of this name, or FLOW_NONE.
int64_t flow_find(flow_t *flow, const char *name);

// The live column that is open and may become one of this name, of several the one that shares
// most of it, or FLOW_NONE.
int64_t flow_opens_to(const flow_t *flow, const char *name);

// The node of a live column's cells at the last stage. (Makes select nodes.)
size_t flow_at(flow_t *flow, size_t node, size_t stage);

// Fills `fault` for a recipe that leaves no column: STEP_PARAMETER.
err_t flow_check_columns(const flow_t *flow, fault_t *fault);

void flow_destroy(flow_t **flow);
