// SPDX-License-Identifier: MPL-2.0
#include "learn/export_onnx.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "learn/export_onnx_steps.h"
#include "model/onnx/onnx_ops.h"

// The model's inputs, branch by branch.
typedef struct {
    branch_t *branches;
    onnx_value_t *columns; // of each branch
    onnx_value_t *values;
    size_t count;
    double *slack; // of each input
} inputs_t;

static inputs_t inputs_new(const features_t *features)
{
    inputs_t inputs = {.branches = mem_array(features->count, sizeof *inputs.branches),
                       .columns = mem_array(features->count, sizeof *inputs.columns),
                       .values = mem_array(features->count, sizeof *inputs.values),
                       .slack = mem_array(features->count, sizeof *inputs.slack)};
    for (size_t i = 0; i < features->count; i += inputs.branches[inputs.count++].count) {
        inputs.branches[inputs.count] = branch_at(features, i);
    }
    return inputs;
}

static void inputs_release(inputs_t *inputs)
{
    free(inputs->branches);
    free(inputs->columns);
    free(inputs->values);
    free(inputs->slack);
}

// One input a column, also where several branches come from it.
static void add_columns(inputs_t *inputs, onnx_t *graph)
{
    for (size_t i = 0; i < inputs->count; i++) {
        const branch_t *branch = &inputs->branches[i];
        bool again = i > 0 && inputs->branches[i - 1].source == branch->source;
        inputs->columns[i] =
            again ? inputs->columns[i - 1]
                  : onnx_input(graph, features_raw_name(branch->features, branch->source),
                               branch_onnx_type(branch));
    }
}

static err_t add_preparation(inputs_t *inputs, onnx_t *graph, fault_t *fault)
{
    err_t err = ERR_OK;
    for (size_t i = 0; i < inputs->count && err == ERR_OK; i++) {
        const branch_t *branch = &inputs->branches[i];
        err = branch_onnx(branch, graph, inputs->columns[i], &inputs->values[i],
                          &inputs->slack[branch->first], fault);
    }
    return err;
}

// The name of an output, longer by what makes it no column's. Malloc'd.
static char *output_name(const inputs_t *inputs, const char *name)
{
    char *made = mem_strdup(name);
    for (size_t i = 0; i < inputs->count; i++) {
        const branch_t *branch = &inputs->branches[i];
        if (strcmp(made, features_raw_name(branch->features, branch->source)) == 0) {
            char *longer = text_format("%s_", made);
            free(made);
            made = longer;
            i = SIZE_MAX; // it may be another column's: look again
        }
    }
    return made;
}

static void add_output(const inputs_t *inputs, onnx_t *graph, onnx_value_t value, const char *name,
                       onnx_type_t type, size_t columns)
{
    char *made = output_name(inputs, name);
    onnx_output(graph, value, made, type, columns);
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

static void add_model(const export_t *source, const inputs_t *inputs, onnx_t *graph)
{
    const model_t *model = source->model;
    onnx_answer_t answer;
    onnx_rows_t rows = {onnx_concat(graph, inputs->values, inputs->count), inputs->slack};
    model->estimator->onnx(model, graph, &rows, &answer);
    if (model->task == TASK_REGRESS) {
        add_output(inputs, graph, answer.answer, "variable", ONNX_FLOAT, 1);
    } else if (model->task == TASK_CLASSIFY) {
        onnx_value_t label = onnx_gather(graph, label_list(source->labels, graph), answer.answer);
        add_output(inputs, graph, label, "label", label_type(source->labels), 0);
        add_output(inputs, graph, answer.probabilities, "probabilities", ONNX_FLOAT,
                   model->classes);
    } else {
        add_output(inputs, graph, answer.answer, "label", ONNX_INT64, 0);
    }
}

err_t export_onnx(const export_t *source, buf_t *out, fault_t *fault)
{
    const estimator_t *estimator = source->model->estimator;
    onnx_t graph = {0};
    if (!estimator->onnx) {
        return fault_set(fault, ERR_UNSUPPORTED, "use another format, or another algorithm",
                         "%s has no ONNX operator", estimator->name);
    }
    inputs_t inputs = inputs_new(source->features);
    add_columns(&inputs, &graph);
    err_t err = add_preparation(&inputs, &graph, fault);
    if (err == ERR_OK) {
        add_model(source, &inputs, &graph);
        onnx_write(&graph, AUTODP_VERSION, out);
    }
    onnx_release(&graph);
    inputs_release(&inputs);
    return err;
}
