// SPDX-License-Identifier: MPL-2.0
#include "learn/export_stage.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "learn/export_joins.h"
#include "learn/export_steps.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

stage_t stage_new(const plan_t *plan, const stage_t *before, int64_t samples, size_t outputs)
{
    return (stage_t){.plan = plan,
                     .samples = samples,
                     .table = !before,
                     .width = before ? before->outputs : plan->features->request->features_count,
                     .pieces = mem_array(outputs, sizeof(piece_t)),
                     .nodes = mem_array(outputs, sizeof(size_t))};
}

size_t stage_place(const stage_t *stage, size_t node)
{
    size_t at = 0;
    while (at < stage->outputs && stage->nodes[at] != node) {
        at++;
    }
    return at;
}

void stage_add_branch(stage_t *stage, const stage_t *before, branch_t branch)
{
    piece_t *piece = &stage->pieces[stage->count++];
    *piece = (piece_t){.branch = branch, .places_count = 1, .outputs = branch.count};
    if (before) {
        piece->places = mem_array(1, sizeof *piece->places);
        piece->places[0] = stage_place(before, branch_track(&branch, 0)->from);
    }
    for (size_t i = 0; i < branch.count; i++) {
        stage->nodes[stage->outputs++] = branch_track(&branch, i)->node;
    }
}

void stage_add_join(stage_t *stage, const stage_t *before, const join_t *join)
{
    size_t count = join->call->inputs_count;
    piece_t piece = {.join = join,
                     .places = mem_array(count, sizeof *piece.places),
                     .places_count = count,
                     .outputs = join->call->outputs_count};
    for (size_t i = 0; i < count; i++) {
        piece.places[i] = stage_place(before, stage->plan->targets[join->inputs[i]].node);
    }
    stage->pieces[stage->count++] = piece;
    for (size_t i = 0; i < piece.outputs; i++) {
        stage->nodes[stage->outputs++] = join->first + i;
    }
}

static bool is_kept(const piece_t *piece)
{
    return !piece->join && !piece->branch.tracks;
}

// Columns that stay one behind the other share a transformer.
void stage_add_kept(stage_t *stage, const stage_t *before, size_t node)
{
    if (stage->count == 0 || !is_kept(&stage->pieces[stage->count - 1])) {
        stage->pieces[stage->count++] = (piece_t){0};
    }
    piece_t *piece = &stage->pieces[stage->count - 1];
    piece->places = mem_resize(piece->places, piece->places_count + 1, sizeof *piece->places);
    piece->places[piece->places_count++] = stage_place(before, node);
    piece->outputs++;
    stage->nodes[stage->outputs++] = node;
}

void stage_release(stage_t *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        free(stage->pieces[i].places);
    }
    free(stage->pieces);
    free(stage->nodes);
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

// Where that stands among the features of the request.
static size_t feature_of(const stage_t *stage, const piece_t *piece)
{
    size_t column = column_of(stage, piece);
    size_t place = 0;
    while (stage->plan->features->request->features[place] != column) {
        place++;
    }
    return place;
}

// The places of a transformer's columns: among the features of the request, where it is a table.
static void push_places(buf_t *out, const stage_t *stage, const piece_t *piece)
{
    pickle_list(out);
    for (size_t i = 0; i < piece->places_count; i++) {
        size_t place = stage->table ? feature_of(stage, piece) : piece->places[i];
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
    } else if (!is_kept(piece)) {
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

void stage_write(buf_t *out, const char *name, const stage_t *stage)
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
