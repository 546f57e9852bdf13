// SPDX-License-Identifier: MPL-2.0
#include "learn/inputs.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static void choose_columns(inputs_t *inputs)
{
    const features_t *features = inputs->features;
    size_t all = frame_columns(features->frame);
    size_t *nodes = mem_array(features->count, sizeof *nodes);
    bool *wanted = mem_array(all, sizeof *wanted);
    bool known;
    for (size_t i = 0; i < features->count; i++) {
        nodes[i] = features->inputs[i].node;
    }
    inputs->columns = mem_array(all, sizeof *inputs->columns);
    size_t count =
        eval_needs(features->flow, all, nodes, features->count, 0, inputs->columns, &known);
    for (size_t i = 0; i < count; i++) {
        wanted[inputs->columns[i]] = true;
    }
    for (size_t i = 0; i < features->request->features_count; i++) {
        wanted[features->request->features[i]] = true;
    }
    inputs->columns_count = 0;
    for (size_t i = 0; i < all; i++) {
        inputs->columns[inputs->columns_count] = i;
        inputs->columns_count += wanted[i];
    }
    free(nodes);
    free(wanted);
}

inputs_t inputs_new(const features_t *features)
{
    inputs_t inputs = {.features = features};
    inputs.eval = eval_new(features->flow, features->frame, NULL);
    inputs.cells = mem_array(features->count, sizeof *inputs.cells);
    inputs.numbers = mem_array(features->count, sizeof(double *));
    choose_columns(&inputs);
    return inputs;
}

static err_t evaluate(inputs_t *inputs, fault_t *fault)
{
    const features_t *features = inputs->features;
    err_t err = ERR_OK;
    for (size_t i = 0; i < features->count && err == ERR_OK; i++) {
        const vector_t *vector;
        err = eval_node(inputs->eval, features->inputs[i].node, &vector, fault);
        if (err == ERR_OK) {
            inputs->cells[i] = *vector;
            inputs->numbers[i] = vector_doubles(vector, eval_arena(inputs->eval));
        }
    }
    return err;
}

err_t inputs_load(inputs_t *inputs, size_t stripe, fault_t *fault)
{
    err_t err = eval_begin(inputs->eval, stripe, inputs->columns, inputs->columns_count, 0, fault);
    return err == ERR_OK ? evaluate(inputs, fault) : err;
}

err_t inputs_lay(inputs_t *inputs, const vector_t *vectors, size_t rows, fault_t *fault)
{
    size_t count = frame_columns(inputs->features->frame);
    for (size_t i = 0; i < count; i++) {
        inputs->columns[i] = i;
    }
    eval_begin_cells(inputs->eval, inputs->columns, vectors, count, rows);
    return evaluate(inputs, fault);
}

int64_t inputs_row(const inputs_t *inputs, size_t row, double *ret_x)
{
    int64_t missing = INPUTS_COMPLETE;
    for (size_t i = 0; i < inputs->features->count; i++) {
        ret_x[i] = inputs->numbers[i][row];
        if (missing == INPUTS_COMPLETE && !vector_is_valid(&inputs->cells[i], row)) {
            missing = (int64_t)i;
        }
    }
    return missing;
}

int64_t inputs_finite_row(const inputs_t *inputs, size_t row, double *ret_x)
{
    int64_t missing = inputs_row(inputs, row, ret_x);
    for (size_t i = 0; i < inputs->features->count && missing == INPUTS_COMPLETE; i++) {
        missing = isfinite(ret_x[i]) ? INPUTS_COMPLETE : (int64_t)i;
    }
    return missing;
}

void inputs_release(inputs_t *inputs)
{
    eval_destroy(&inputs->eval);
    free(inputs->columns);
    free(inputs->cells);
    free(inputs->numbers);
    *inputs = (inputs_t){0};
}
