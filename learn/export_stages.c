// SPDX-License-Identifier: MPL-2.0
#include "learn/export_stages.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "learn/export_joins.h"
#include "learn/export_steps.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

// Targets of a plan that are side by side between two stages.
typedef struct {
    size_t *targets;
    const track_t **tracks; // theirs
    size_t count;
} front_t;

// One transformer of a stage: a branch, a join, or columns that stay as they are.
typedef struct {
    branch_t branch;
    const join_t *join;
    size_t *places; // of its columns among the stage's; NULL: the branch's column of the table
    size_t places_count;
    size_t outputs;
} piece_t;

typedef struct {
    const plan_t *plan;
    int64_t samples;
    size_t width; // columns that come in; of a table its features
    bool table;
    piece_t *pieces;
    size_t count;
    size_t *nodes; // what comes out
    size_t outputs;
} stage_t;

// --- Fronts ------------------------------------------------------------------------------------

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
                     .tracks = mem_array(plan->count, sizeof *front.tracks)};
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

// The place of a node among others; `count` when it is none of them.
static size_t place_of(const size_t *nodes, size_t count, size_t node)
{
    size_t at = 0;
    while (at < count && nodes[at] != node) {
        at++;
    }
    return at;
}

// --- Stages ------------------------------------------------------------------------------------

static stage_t stage_new(const plan_t *plan, const stage_t *before, size_t outputs)
{
    return (stage_t){.plan = plan,
                     .samples = before ? before->samples : 0,
                     .width = before ? before->outputs : plan->features->request->features_count,
                     .table = !before,
                     .pieces = mem_array(outputs, sizeof(piece_t)),
                     .nodes = mem_array(outputs, sizeof(size_t))};
}

static void stage_release(stage_t *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        free(stage->pieces[i].places);
    }
    free(stage->pieces);
    free(stage->nodes);
}

static void add_branch(stage_t *stage, branch_t branch, const stage_t *before)
{
    piece_t *piece = &stage->pieces[stage->count++];
    *piece = (piece_t){.branch = branch, .places_count = 1, .outputs = branch.count};
    if (before) {
        piece->places = mem_array(1, sizeof *piece->places);
        piece->places[0] =
            place_of(before->nodes, before->outputs, branch_track(&branch, 0)->from);
    }
    for (size_t i = 0; i < branch.count; i++) {
        stage->nodes[stage->outputs++] = branch_track(&branch, i)->node;
    }
}

// Adds a column that stays, to the piece of those before it where that is one.
static void add_kept(stage_t *stage, size_t place, size_t node)
{
    piece_t *piece = stage->count > 0 ? &stage->pieces[stage->count - 1] : NULL;
    if (!piece || piece->join || piece->branch.tracks) {
        piece = &stage->pieces[stage->count++];
        *piece = (piece_t){0};
    }
    piece->places = mem_resize(piece->places, piece->places_count + 1, sizeof *piece->places);
    piece->places[piece->places_count++] = place;
    piece->outputs++;
    stage->nodes[stage->outputs++] = node;
}

static void add_join(stage_t *stage, const join_t *join, const stage_t *before)
{
    size_t count = join->call->inputs_count;
    piece_t piece = {.join = join,
                     .places = mem_array(count, sizeof *piece.places),
                     .places_count = count,
                     .outputs = join->call->outputs_count};
    for (size_t i = 0; i < count; i++) {
        size_t node = stage->plan->targets[join->inputs[i]].node;
        piece.places[i] = place_of(before->nodes, before->outputs, node);
    }
    stage->pieces[stage->count++] = piece;
    for (size_t i = 0; i < piece.outputs; i++) {
        stage->nodes[stage->outputs++] = join->first + i;
    }
}

// What single columns become; those that are there already stay.
static stage_t make_single(const plan_t *plan, const stage_t *before, const front_t *front)
{
    stage_t stage = stage_new(plan, before, front->count);
    for (size_t i = 0; i < front->count;) {
        size_t place =
            before ? place_of(before->nodes, before->outputs, front->tracks[i]->node) : 0;
        if (before && place < before->outputs) {
            add_kept(&stage, place, front->tracks[i]->node);
            i++;
            continue;
        }
        branch_t branch = branch_at(plan->features, front->tracks, front->count, i);
        add_branch(&stage, branch, before);
        i += branch.count;
    }
    return stage;
}

// A join, and what stays beside it, where `front`, which comes behind, has them.
static stage_t make_join(const plan_t *plan, const stage_t *before, size_t level,
                         const front_t *front)
{
    const join_t *join = &plan->joins[level - 1];
    stage_t stage = stage_new(plan, before, front->count + join->call->outputs_count);
    bool joined = false;
    for (size_t i = 0; i < front->count; i++) {
        size_t node = front->tracks[i]->node;
        if (plan_level(plan, front->targets[i]) < level) {
            add_kept(&stage, place_of(before->nodes, before->outputs, node), node);
        } else if (!joined) {
            add_join(&stage, join, before);
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

// --- Writing -----------------------------------------------------------------------------------

// The name of transformer `i`.
static void push_piece_name(buf_t *out, size_t i)
{
    char name[32];
    snprintf(name, sizeof name, "column%zu", i + 1);
    pickle_text(out, name);
}

// The column of the table that a branch begins with.
static size_t column_of(const stage_t *stage, const piece_t *piece)
{
    return (size_t)plan_column(stage->plan->features, branch_track(&piece->branch, 0));
}

// The places of a transformer's columns: among the features of the request, where it is a table.
static void push_places(buf_t *out, const stage_t *stage, const piece_t *piece)
{
    const request_t *request = stage->plan->features->request;
    pickle_list(out);
    for (size_t i = 0; i < piece->places_count; i++) {
        size_t place = stage->table ? place_of(request->features, request->features_count,
                                               column_of(stage, piece))
                                    : piece->places[i];
        pickle_integer(out, (int64_t)place);
    }
    pickle_list_end(out);
}

// The same by name, as a table has them.
static void push_columns(buf_t *out, const stage_t *stage, const piece_t *piece)
{
    if (!stage->table) {
        push_places(out, stage, piece);
        return;
    }
    pickle_list(out);
    pickle_text(out, features_raw_name(stage->plan->features, column_of(stage, piece)));
    pickle_list_end(out);
}

static void push_transformer(buf_t *out, const stage_t *stage, const piece_t *piece)
{
    if (piece->join) {
        join_write(out, piece->join, stage->samples);
    } else if (piece->branch.tracks) {
        branch_write(out, &piece->branch, stage->samples);
    } else {
        state_begin(out, "sklearn.preprocessing", "FunctionTransformer");
        state_integer(out, "n_features_in_", (int64_t)piece->places_count);
        state_end(out);
    }
}

// [(name, fitted transformer, [column]), ...]
static void push_transformers(buf_t *out, const stage_t *stage)
{
    pickle_list(out);
    for (size_t i = 0; i < stage->count; i++) {
        pickle_tuple(out);
        push_piece_name(out, i);
        push_transformer(out, stage, &stage->pieces[i]);
        push_columns(out, stage, &stage->pieces[i]);
        pickle_tuple_end(out);
    }
    pickle_list_end(out);
}

static void push_slice(buf_t *out, size_t from, size_t to)
{
    pickle_global(out, "builtins", "slice");
    pickle_tuple(out);
    pickle_integer(out, (int64_t)from);
    pickle_integer(out, (int64_t)to);
    pickle_tuple_end(out);
    pickle_call(out);
}

// What every version of ColumnTransformer looks for to find a transformer's columns and results.
static void write_places(buf_t *out, const stage_t *stage)
{
    pickle_text(out, "_columns");
    pickle_list(out);
    for (size_t i = 0; i < stage->count; i++) {
        push_columns(out, stage, &stage->pieces[i]);
    }
    pickle_list_end(out);
    pickle_text(out, "_transformer_to_input_indices");
    pickle_dict(out);
    for (size_t i = 0; i < stage->count; i++) {
        push_piece_name(out, i);
        push_places(out, stage, &stage->pieces[i]);
    }
    pickle_text(out, "remainder");
    pickle_list(out);
    pickle_list_end(out);
    pickle_dict_end(out);
    pickle_text(out, "output_indices_");
    pickle_dict(out);
    size_t first = 0;
    for (size_t i = 0; i < stage->count; i++) {
        push_piece_name(out, i);
        push_slice(out, first, first + stage->pieces[i].outputs);
        first += stage->pieces[i].outputs;
    }
    pickle_text(out, "remainder");
    push_slice(out, first, first);
    pickle_dict_end(out);
}

static void write_feature_names(buf_t *out, const features_t *features)
{
    const request_t *request = features->request;
    pickle_text(out, "feature_names_in_");
    pickle_objects(out);
    for (size_t i = 0; i < request->features_count; i++) {
        pickle_text(out, features_raw_name(features, request->features[i]));
    }
    pickle_objects_end(out);
}

static void write_remainder(buf_t *out)
{
    pickle_text(out, "_remainder");
    pickle_tuple(out);
    pickle_text(out, "remainder");
    pickle_text(out, "drop");
    pickle_list(out);
    pickle_list_end(out);
    pickle_tuple_end(out);
}

static void write_stage(buf_t *out, const char *name, const stage_t *stage)
{
    pickle_tuple(out);
    pickle_text(out, name);
    pickle_global(out, "sklearn.compose", "ColumnTransformer");
    pickle_tuple(out);
    push_transformers(out, stage);
    pickle_tuple_end(out);
    pickle_call(out);
    pickle_dict(out);
    pickle_text(out, "transformers_");
    push_transformers(out, stage);
    write_places(out, stage);
    if (stage->table) {
        write_feature_names(out, stage->plan->features);
    }
    write_remainder(out);
    state_integer(out, "n_features_in_", (int64_t)stage->width);
    state_integer(out, "_n_features", (int64_t)stage->width);
    state_bool(out, "sparse_output_", false);
    state_bool(out, "_has_str_cols", stage->table);
    state_none(out, "_feature_names_in"); // before 0.24: columns in any order, as since then
    pickle_text(out, "_name_to_fitted_passthrough");
    pickle_dict(out);
    pickle_dict_end(out);
    state_end(out);
    pickle_tuple_end(out);
}

// Writes the join of a level and what comes behind it; `before` becomes the last stage.
static void write_level(buf_t *out, const plan_t *plan, size_t level, stage_t *before)
{
    char name[32];
    int number = plan->joins[level - 1].call->step->number;
    front_t front = front_at(plan, level);
    stage_t joined = make_join(plan, before, level, &front);
    snprintf(name, sizeof name, "step%d", number);
    write_stage(out, name, &joined);
    stage_release(before);
    *before = joined;
    if (!is_front(&joined, &front)) {
        *before = make_single(plan, &joined, &front);
        snprintf(name, sizeof name, "after%d", number);
        write_stage(out, name, before);
        stage_release(&joined);
    }
    front_release(&front);
}

void stages_write(buf_t *out, const plan_t *plan, int64_t samples)
{
    front_t front = front_at(plan, 0);
    stage_t stage = make_single(plan, NULL, &front);
    stage.samples = samples;
    write_stage(out, "prep", &stage);
    front_release(&front);
    for (size_t level = 1; level <= plan->joins_count; level++) {
        write_level(out, plan, level, &stage);
    }
    stage_release(&stage);
}
