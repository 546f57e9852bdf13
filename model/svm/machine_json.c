// SPDX-License-Identifier: MPL-2.0
#include <math.h>

#include "model/core/document.h"
#include "model/svm/machine.h"
#include "model/svm/settings.h"

json_t *machine_to_json(const model_t *model)
{
    const machine_t *machine = model->state;
    size_t count = machine->count;
    json_t *json = json_pack(
        "{s:I, s:f, s:o, s:o, s:o, s:o, s:o, s:o}", "rows", (json_int_t)machine->rows, "gamma",
        machine->kernel.gamma, "counts", document_integers(machine->counts, machine->groups),
        "support", document_integers(machine->support, count), "vectors",
        document_numbers(machine->vectors, count * machine->columns), "coefficients",
        document_numbers(machine->coefficients, count * (machine->groups - 1)), "intercepts",
        document_numbers(machine->intercepts, machine->pairs), "weights",
        document_numbers(machine->weights, machine->groups));
    if (machine->prob_a) {
        json_object_set_new(json, "prob_a", document_numbers(machine->prob_a, machine->pairs));
        json_object_set_new(json, "prob_b", document_numbers(machine->prob_b, machine->pairs));
    }
    return json;
}

static bool read_head(machine_t *machine, const model_t *model, const json_t *json)
{
    int64_t rows;
    double gamma = json_number_value(json_object_get(json, "gamma"));
    if (!document_read_integer(json, "rows", 1, SVM_ROWS_MAX, &rows) || !(gamma > 0) ||
        !isfinite(gamma)) {
        return false;
    }
    machine->rows = (size_t)rows;
    machine->kernel = settings_kernel_of(model->params, gamma);
    machine->counts =
        document_read_integers(json, "counts", machine->groups, (int32_t)machine->rows + 1);
    for (size_t i = 0; machine->counts && i < machine->groups; i++) {
        machine->count += (size_t)machine->counts[i];
    }
    return machine->counts && machine->count <= machine->rows &&
           (model->task == TASK_CLASSIFY || machine->counts[1] == 0);
}

static bool read_probabilities(machine_t *machine, const model_t *model, const json_t *json)
{
    bool wanted = model->task == TASK_CLASSIFY && params_flag(model->params, "probability");
    if (!wanted) {
        return true;
    }
    machine->prob_a = document_read_numbers(json, "prob_a", machine->pairs);
    machine->prob_b = document_read_numbers(json, "prob_b", machine->pairs);
    return machine->prob_a && machine->prob_b;
}

static bool read_arrays(machine_t *machine, const json_t *json)
{
    size_t count = machine->count;
    machine->support = document_read_integers(json, "support", count, (int32_t)machine->rows);
    machine->vectors = document_read_numbers(json, "vectors", count * machine->columns);
    machine->coefficients =
        document_read_numbers(json, "coefficients", count * (machine->groups - 1));
    machine->intercepts = document_read_numbers(json, "intercepts", machine->pairs);
    machine->weights = document_read_numbers(json, "weights", machine->groups);
    for (size_t i = 0; machine->weights && i < machine->groups; i++) {
        if (machine->weights[i] < 0) {
            return false;
        }
    }
    return machine->support && machine->vectors && machine->coefficients && machine->intercepts &&
           machine->weights;
}

err_t machine_from_json(model_t *model, const json_t *json, fault_t *fault)
{
    machine_t *machine =
        machine_new(model->columns, model->task == TASK_CLASSIFY ? model->classes : 2);
    model->state = machine;
    if (!read_head(machine, model, json) || !read_arrays(machine, json) ||
        !read_probabilities(machine, model, json)) {
        return document_damaged(fault);
    }
    machine_finish(machine);
    return ERR_OK;
}

json_t *machine_facts(const model_t *model)
{
    const machine_t *machine = model->state;
    return json_pack("{s:I, s:f, s:b}", "support_vectors", (json_int_t)machine->count,
                     "gamma_value", machine->kernel.gamma, "converged", (int)machine->converged);
}
