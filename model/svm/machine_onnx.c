// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>

#include "base/mem.h"
#include "model/onnx/onnx_ops.h"
#include "model/svm/machine.h"

static void set_kernel(onnx_t *graph, const kernel_t *kernel)
{
    static const char *const names[] = {[KERNEL_LINEAR] = "LINEAR",
                                        [KERNEL_POLY] = "POLY",
                                        [KERNEL_RBF] = "RBF",
                                        [KERNEL_SIGMOID] = "SIGMOID"};
    const double params[] = {kernel->gamma, kernel->coef0, kernel->degree};
    onnx_set_text(graph, "kernel_type", names[kernel->kind]);
    onnx_set_floats(graph, "kernel_params", params, 3);
}

static void set_vectors(onnx_t *graph, const machine_t *machine)
{
    size_t cells = machine->count * machine->columns;
    set_kernel(graph, &machine->kernel);
    onnx_set_floats(graph, "support_vectors", machine->vectors, cells);
    onnx_set_floats(graph, "coefficients", machine->coefficients,
                    (machine->groups - 1) * machine->count);
    onnx_set_floats(graph, "rho", machine->intercepts, machine->pairs);
}

static void set_sigmoids(onnx_t *graph, const machine_t *machine)
{
    double *a = mem_array(machine->pairs, sizeof *a);
    double *b = mem_array(machine->pairs, sizeof *b);
    for (size_t i = 0; i < machine->pairs; i++) {
        a[i] = machine->prob_a ? machine->prob_a[i] : -1;
        b[i] = machine->prob_b ? machine->prob_b[i] : 0;
    }
    onnx_set_floats(graph, "prob_a", a, machine->pairs);
    onnx_set_floats(graph, "prob_b", b, machine->pairs);
    free(a);
    free(b);
}

// An SVMClassifier. With sigmoids it chooses the most probable class, without them the one with
// most votes, as scikit-learn's `predict` always does.
static void classify(onnx_t *graph, const machine_t *machine, onnx_value_t value, bool sigmoids,
                     onnx_answer_t *ret)
{
    int64_t *numbers = mem_array(machine->groups, sizeof *numbers);
    int64_t *counts = mem_array(machine->groups, sizeof *counts);
    for (size_t k = 0; k < machine->groups; k++) {
        numbers[k] = (int64_t)k;
        counts[k] = machine->counts[k];
    }
    onnx_open_ml(graph, "SVMClassifier");
    onnx_take(graph, value);
    set_vectors(graph, machine);
    onnx_set_integers(graph, "classlabels_ints", numbers, machine->groups);
    onnx_set_integers(graph, "vectors_per_class", counts, machine->groups);
    onnx_set_text(graph, "post_transform", "NONE");
    if (sigmoids) {
        set_sigmoids(graph, machine);
    }
    ret->answer = onnx_give(graph);
    ret->probabilities = onnx_give(graph);
    onnx_close(graph);
    free(numbers);
    free(counts);
}

// The decision values of what has no classes, [rows, 1].
static onnx_value_t decide(onnx_t *graph, const machine_t *machine, onnx_value_t value)
{
    onnx_open_ml(graph, "SVMRegressor");
    onnx_take(graph, value);
    set_vectors(graph, machine);
    onnx_set_integer(graph, "n_supports", (int64_t)machine->count);
    onnx_set_integer(graph, "one_class", 0);
    onnx_set_text(graph, "post_transform", "NONE");
    onnx_value_t values = onnx_give(graph);
    onnx_close(graph);
    return values;
}

// 1 above 0, else -1: [rows].
static onnx_value_t side_of(onnx_t *graph, onnx_value_t values)
{
    static const int64_t flat = -1;
    static const int64_t sides[] = {-1, 1};
    onnx_value_t above = onnx_binary(graph, "Greater", values, onnx_number(graph, 0));
    onnx_value_t place = onnx_cast(graph, above, ONNX_INT64);
    onnx_value_t side = onnx_gather(graph, onnx_integers(graph, sides, 2), place);
    return onnx_binary(graph, "Reshape", side, onnx_integers(graph, &flat, 1));
}

void machine_onnx(const model_t *model, onnx_t *graph, const onnx_rows_t *rows, onnx_answer_t *ret)
{
    const machine_t *machine = model->state;
    if (model->task == TASK_CLASSIFY) {
        onnx_answer_t coupled;
        classify(graph, machine, rows->value, false, ret);
        classify(graph, machine, rows->value, true, &coupled);
        ret->probabilities = coupled.probabilities;
        return;
    }
    onnx_value_t values = decide(graph, machine, rows->value);
    ret->answer = model->task == TASK_REGRESS ? values : side_of(graph, values);
}
