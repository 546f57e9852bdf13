// SPDX-License-Identifier: MPL-2.0
#include "learn/export_onnx.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "learn/export_onnx_joins.h"
#include "learn/export_onnx_steps.h"
#include "model/onnx/onnx_ops.h"

// What is there of the graph while the preparation is added to it.
typedef struct {
    const plan_t *plan;
    onnx_t *graph;
    onnx_value_t *columns; // by column of the table
    onnx_value_t *joined;  // by join: its outputs side by side
    double **slack;        // of each
} work_t;

static work_t work_new(const plan_t *plan, onnx_t *graph)
{
    size_t columns = frame_columns(plan->features->frame);
    work_t work = {.plan = plan,
                   .graph = graph,
                   .columns = mem_array(columns, sizeof *work.columns),
                   .joined = mem_array(plan->joins_count, sizeof *work.joined),
                   .slack = mem_array(plan->joins_count, sizeof *work.slack)};
    for (size_t i = 0; i < plan->joins_count; i++) {
        work.slack[i] = mem_array(plan->joins[i].call->outputs_count, sizeof(double));
    }
    return work;
}

static void work_release(work_t *work)
{
    for (size_t i = 0; i < work->plan->joins_count; i++) {
        free(work->slack[i]);
    }
    free(work->slack);
    free(work->joined);
    free(work->columns);
}

static bool is_needed(const plan_t *plan, size_t column)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan_column(plan->features, &plan->targets[i]) == (int64_t)column) {
            return true;
        }
    }
    return false;
}

// An input for each feature that something is made of.
static void add_columns(work_t *work)
{
    const features_t *features = work->plan->features;
    for (size_t f = 0; f < features->request->features_count; f++) {
        size_t column = features->request->features[f];
        bool text = type_in(features_raw_type(features, column), TYPES_WORDS | TYPES_TIME);
        if (is_needed(work->plan, column)) {
            work->columns[column] = onnx_input(work->graph, features_raw_name(features, column),
                                               text ? ONNX_TEXT : ONNX_FLOAT);
        }
    }
}

// What a track begins with, and its slack.
static onnx_value_t start_of(const work_t *work, const track_t *track, double *ret_slack)
{
    int64_t column = plan_column(work->plan->features, track);
    *ret_slack = 0;
    if (column != FLOW_NONE) {
        return work->columns[column];
    }
    size_t join = 0;
    while (work->plan->joins[join].spot != work->plan->features->flow->nodes[track->from].from) {
        join++;
    }
    size_t output = track->from - work->plan->joins[join].first;
    *ret_slack = work->slack[join][output];
    return onnx_column(work->graph, work->joined[join], output);
}

// Adds some targets; they come side by side. ret_slack[i] is that of targets[i].
static err_t add_targets(const work_t *work, const size_t *targets, size_t count,
                         onnx_value_t *ret_value, double *ret_slack, fault_t *fault)
{
    const track_t **tracks = mem_array(count, sizeof(track_t *));
    onnx_value_t *values = mem_array(count, sizeof *values);
    size_t branches = 0;
    err_t err = ERR_OK;
    for (size_t i = 0; i < count; i++) {
        tracks[i] = &work->plan->targets[targets ? targets[i] : i];
    }
    for (size_t i = 0; i < count && err == ERR_OK;) {
        branch_t branch = branch_at(work->plan->features, tracks, count, i);
        double slack;
        onnx_value_t start = start_of(work, tracks[i], &slack);
        err = branch_onnx(&branch, work->graph, start, slack, &values[branches++], &ret_slack[i],
                          fault);
        i += branch.count;
    }
    if (err == ERR_OK) {
        *ret_value = onnx_concat(work->graph, values, branches);
    }
    free(tracks);
    free(values);
    return err;
}

static err_t add_join(work_t *work, size_t index, fault_t *fault)
{
    const join_t *join = &work->plan->joins[index];
    size_t count = join->call->inputs_count;
    double *slack = mem_array(count, sizeof *slack);
    onnx_value_t inputs = 0;
    err_t err = add_targets(work, join->inputs, count, &inputs, slack, fault);
    if (err == ERR_OK) {
        work->joined[index] =
            export_onnx_join(join, work->graph, inputs, slack, work->slack[index]);
    }
    free(slack);
    return err;
}

// The model's inputs, which are the first targets.
static err_t add_preparation(work_t *work, onnx_value_t *ret_value, double *ret_slack,
                             fault_t *fault)
{
    err_t err = ERR_OK;
    add_columns(work);
    for (size_t i = 0; i < work->plan->joins_count && err == ERR_OK; i++) {
        err = add_join(work, i, fault);
    }
    return err == ERR_OK
               ? add_targets(work, NULL, work->plan->features->count, ret_value, ret_slack, fault)
               : err;
}

// The name of an output, longer by what makes it no column's. Malloc'd.
static char *output_name(const work_t *work, const char *name)
{
    const features_t *features = work->plan->features;
    char *made = mem_strdup(name);
    for (size_t f = 0; f < features->request->features_count; f++) {
        size_t column = features->request->features[f];
        if (is_needed(work->plan, column) &&
            strcmp(made, features_raw_name(features, column)) == 0) {
            char *longer = text_format("%s_", made);
            free(made);
            made = longer;
            f = SIZE_MAX; // it may be another column's: look again
        }
    }
    return made;
}

static void add_output(const work_t *work, onnx_value_t value, const char *name, onnx_type_t type,
                       size_t columns)
{
    char *made = output_name(work, name);
    onnx_output(work->graph, value, made, type, columns);
    free(made);
}

// --- Labels ------------------------------------------------------------------------------------

static onnx_type_t label_type(const labels_t *labels)
{
    return labels->type == TYPE_TEXT      ? ONNX_TEXT
           : labels->type == TYPE_BOOLEAN ? ONNX_BOOL
           : labels->type == TYPE_INTEGER ? ONNX_INT64
                                          : ONNX_DOUBLE;
}

static onnx_value_t label_list(const labels_t *labels, onnx_t *graph)
{
    const char **texts = mem_array(labels->count, sizeof *texts);
    int64_t *integers = mem_array(labels->count, sizeof *integers);
    double *numbers = mem_array(labels->count, sizeof *numbers);
    onnx_value_t list;
    for (size_t i = 0; i < labels->count; i++) {
        texts[i] = labels->items[i].text;
        integers[i] = labels->items[i].integer;
        numbers[i] = labels->items[i].number;
    }
    switch (label_type(labels)) {
    case ONNX_TEXT:
        list = onnx_texts(graph, texts, labels->count);
        break;
    case ONNX_BOOL:
        list = onnx_bools(graph, integers, labels->count);
        break;
    case ONNX_INT64:
        list = onnx_integers(graph, integers, labels->count);
        break;
    default:
        list = onnx_doubles(graph, numbers, labels->count);
        break;
    }
    free(texts);
    free(integers);
    free(numbers);
    return list;
}

// --- The whole ---------------------------------------------------------------------------------

static void add_model(const export_t *source, const work_t *work, const onnx_rows_t *rows)
{
    const model_t *model = source->model;
    onnx_t *graph = work->graph;
    onnx_answer_t answer;
    model->estimator->onnx(model, graph, rows, &answer);
    if (model->task == TASK_REGRESS) {
        add_output(work, answer.answer, "variable", ONNX_FLOAT, 1);
    } else if (model->task == TASK_CLASSIFY) {
        onnx_value_t label = onnx_gather(graph, label_list(source->labels, graph), answer.answer);
        add_output(work, label, "label", label_type(source->labels), 0);
        add_output(work, answer.probabilities, "probabilities", ONNX_FLOAT, model->classes);
    } else {
        add_output(work, answer.answer, "label", ONNX_INT64, 0);
    }
}

static err_t write_graph(const export_t *source, const plan_t *plan, buf_t *out, fault_t *fault)
{
    onnx_t graph = {0};
    work_t work = work_new(plan, &graph);
    double *slack = mem_array(source->features->count, sizeof *slack);
    onnx_rows_t rows = {.slack = slack};
    err_t err = add_preparation(&work, &rows.value, slack, fault);
    if (err == ERR_OK) {
        add_model(source, &work, &rows);
        onnx_write(&graph, AUTODP_VERSION, out);
    }
    free(slack);
    work_release(&work);
    onnx_release(&graph);
    return err;
}

err_t export_onnx(const export_t *source, buf_t *out, fault_t *fault)
{
    const estimator_t *estimator = source->model->estimator;
    plan_t plan;
    if (!estimator->onnx) {
        return fault_set(fault, ERR_UNSUPPORTED, "use another format, or another algorithm",
                         "%s has no ONNX operator", estimator->name);
    }
    err_t err = plan_make(source->features, ONNX_LACKS, &plan, fault);
    if (err == ERR_OK) {
        err = write_graph(source, &plan, out, fault);
        plan_release(&plan);
    }
    return err;
}
