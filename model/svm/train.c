// SPDX-License-Identifier: MPL-2.0
#include "model/svm/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/svm/pairs.h"
#include "model/svm/settings.h"

static void no_print(const char *text)
{
    (void)text;
}

// The weight that all rows have.
static err_t read_weight(const model_t *model, const lesson_t *lesson, double *ret_weight,
                         fault_t *fault)
{
    *ret_weight = lesson->weights ? lesson->weights[0] : 1;
    for (size_t i = 1; lesson->weights && i < lesson->matrix.rows; i++) {
        if (lesson->weights[i] != lesson->weights[0]) {
            return fault_set(fault, ERR_HYPERPARAMETER,
                             "leave the weights out, or choose another estimator",
                             "%s does not take weights of rows", model->estimator->name);
        }
    }
    return ERR_OK;
}

// nu may be so large that two classes cannot both have that share of rows beside the margin
// (C.-C. Chang and C.-J. Lin, Neural Computation 13:2119, 2001).
static err_t check_nu(const lesson_t *lesson, double nu, fault_t *fault)
{
    size_t *sizes = mem_array(lesson->classes_count, sizeof *sizes);
    for (size_t i = 0; i < lesson->matrix.rows; i++) {
        sizes[lesson->classes[i]]++;
    }
    size_t least = sizes[0];
    size_t most = sizes[0];
    for (size_t i = 1; i < lesson->classes_count; i++) {
        least = sizes[i] < least ? sizes[i] : least;
        most = sizes[i] > most ? sizes[i] : most;
    }
    free(sizes);
    double limit = 2 * (double)least / (double)(least + most);
    if (nu * (double)(least + most) / 2 <= (double)least) {
        return ERR_OK;
    }
    char remedy[FAULT_REMEDY_MAX];
    snprintf(remedy, sizeof remedy, "give at most %g", floor(limit * 1e4) / 1e4);
    return fault_set(fault, ERR_HYPERPARAMETER, remedy,
                     "'nu' is infeasible: the smallest class has %zu rows, the largest %zu", least,
                     most);
}

static err_t train_classes(machine_t *machine, const lesson_t *lesson, const nodes_t *nodes,
                           const struct svm_parameter *parameter, const fit_t *fit, fault_t *fault)
{
    if (parameter->svm_type == NU_SVC) {
        err_t err = check_nu(lesson, parameter->nu, fault);
        if (err != ERR_OK) {
            return err;
        }
    }
    double *weights = mem_array(lesson->classes_count, sizeof *weights);
    settings_class_weights(fit->params, lesson, weights);
    err_t err = pairs_train(machine, lesson, nodes, parameter, weights, fit, fault);
    free(weights);
    return err;
}

static void take(machine_t *machine, const lesson_t *lesson, const struct svm_model *found)
{
    size_t columns = machine->columns;
    machine_reserve(machine, (size_t)found->l);
    machine->counts[0] = found->l;
    machine->intercepts[0] = -found->rho[0];
    for (size_t i = 0; i < machine->count; i++) {
        size_t row = (size_t)found->sv_indices[i] - 1;
        machine->support[i] = (int32_t)row;
        machine->coefficients[i] = found->sv_coef[0][i];
        memcpy(machine->vectors + i * columns, lesson->matrix.x + row * columns,
               columns * sizeof(double));
    }
    machine_finish(machine);
}

static err_t train_whole(machine_t *machine, const lesson_t *lesson, const nodes_t *nodes,
                         const struct svm_parameter *parameter)
{
    size_t rows = lesson->matrix.rows;
    struct svm_problem problem = {
        .l = (int)rows, .y = mem_array(rows, sizeof(double)), .x = nodes->rows};
    if (lesson->targets) {
        memcpy(problem.y, lesson->targets, rows * sizeof(double));
    }
    struct svm_model *found = svm_train(&problem, parameter);
    take(machine, lesson, found);
    svm_free_and_destroy_model(&found);
    free(problem.y);
    return ERR_OK;
}

// With every row at its bound nothing says where the border is; overflow in a kernel does the same.
static err_t check_result(const machine_t *machine, const json_t *params, fault_t *fault)
{
    bool finite = true;
    for (size_t i = 0; i < machine->pairs; i++) {
        finite = finite && isfinite(machine->intercepts[i]);
    }
    if (finite) {
        return ERR_OK;
    }
    bool nu = json_object_get(params, "nu");
    return fault_set(fault, ERR_HYPERPARAMETER, nu ? "give less" : "scale the features",
                     "'%s': no finite border was found", nu ? "nu" : "kernel");
}

// Trains a machine whose kernel is set.
static err_t run(machine_t *machine, const lesson_t *lesson, const fit_t *fit, int svm_type,
                 double weight, fault_t *fault)
{
    nodes_t nodes;
    err_t err = nodes_of(&lesson->matrix, &nodes, fault);
    if (err != ERR_OK) {
        return err;
    }
    struct svm_parameter parameter =
        settings_solver(fit->params, &machine->kernel, svm_type, weight);
    svm_set_print_string_function(no_print);
    srand((unsigned)fit->seed);
    err = lesson->task == TASK_CLASSIFY
              ? train_classes(machine, lesson, &nodes, &parameter, fit, fault)
              : train_whole(machine, lesson, &nodes, &parameter);
    nodes_release(&nodes);
    return err == ERR_OK ? check_result(machine, fit->params, fault) : err;
}

err_t train(model_t *model, const lesson_t *lesson, const fit_t *fit, int svm_type, fault_t *fault)
{
    double weight = 1;
    kernel_t kernel;
    err_t err = read_weight(model, lesson, &weight, fault);
    if (err == ERR_OK) {
        err = settings_kernel(fit->params, &lesson->matrix, &kernel, fault);
    }
    if (err != ERR_OK) {
        return err;
    }
    if (!progress_report(fit->progress, 0, "training")) {
        return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
    }
    machine_t *machine =
        machine_new(model->columns, lesson->task == TASK_CLASSIFY ? lesson->classes_count : 2);
    machine->rows = lesson->matrix.rows;
    machine->kernel = kernel;
    model->state = machine;
    return run(machine, lesson, fit, svm_type, weight, fault);
}
