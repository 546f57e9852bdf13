// SPDX-License-Identifier: MPL-2.0
#include "model/svm/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "model/core/lesson.h"
#include "model/svm/border.h"
#include "model/svm/pairs.h"

// nu may be so large that two classes cannot both have that share of rows beside the margin
// (C.-C. Chang and C.-J. Lin, Neural Computation 13:2119, 2001).
static err_t check_nu(const lesson_t *lesson, double nu, fault_t *fault)
{
    double *sizes = mem_array(lesson->classes_count, sizeof *sizes);
    lesson_class_weights(lesson, sizes);
    double least = sizes[0];
    double most = sizes[0];
    for (size_t i = 1; i < lesson->classes_count; i++) {
        least = fmin(least, sizes[i]);
        most = fmax(most, sizes[i]);
    }
    free(sizes);
    if (nu * (least + most) / 2 <= least) {
        return ERR_OK;
    }
    char remedy[FAULT_REMEDY_MAX];
    snprintf(remedy, sizeof remedy, "give at most %g",
             floor(2 * least / (least + most) * 1e4) / 1e4);
    return fault_set(fault, ERR_HYPERPARAMETER, remedy,
                     "'nu' is infeasible: the smallest class has %g rows, the largest %g", least,
                     most);
}

static err_t train_classes(machine_t *machine, const lesson_t *lesson, const settings_t *settings,
                           const fit_t *fit, fault_t *fault)
{
    if (settings->kind == BORDER_SHARE) {
        err_t err = check_nu(lesson, settings->nu, fault);
        if (err != ERR_OK) {
            return err;
        }
    }
    double *weights = mem_array(lesson->classes_count, sizeof *weights);
    settings_class_weights(fit->params, lesson, weights);
    err_t err = pairs_train(machine, lesson, settings, weights, fit, fault);
    free(weights);
    return err;
}

static err_t train_whole(machine_t *machine, const lesson_t *lesson, const settings_t *settings,
                         const fit_t *fit, fault_t *fault)
{
    size_t count = lesson->matrix.rows;
    uint32_t *all = mem_array(count, sizeof *all);
    for (size_t i = 0; i < count; i++) {
        all[i] = (uint32_t)i;
    }
    border_rows_t rows = {.matrix = &lesson->matrix,
                          .rows = all,
                          .count = count,
                          .targets = lesson->targets,
                          .weights = lesson->weights,
                          .cache_bytes = BORDER_CACHE_BYTES,
                          .threads = parallel_threads(fit->threads),
                          .progress = fit->progress};
    border_t border;
    err_t err = border_find(settings, &rows, &border, fault);
    if (err == ERR_OK) {
        border_take(&border, &rows, machine);
        border_release(&border);
    }
    free(all);
    return err;
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

err_t train(model_t *model, const lesson_t *lesson, const fit_t *fit, border_kind_t kind,
            fault_t *fault)
{
    kernel_t kernel;
    err_t err = settings_kernel(fit->params, &lesson->matrix, &kernel, fault);
    if (err != ERR_OK) {
        return err;
    }
    if (!progress_report(fit->progress, 0, "training")) {
        return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
    }
    bool classes = lesson->task == TASK_CLASSIFY;
    settings_t settings = settings_of(fit->params, &kernel, kind);
    machine_t *machine = machine_new(model->columns, classes ? lesson->classes_count : 2);
    machine->rows = lesson->matrix.rows;
    machine->kernel = kernel;
    model->state = machine;
    err = classes ? train_classes(machine, lesson, &settings, fit, fault)
                  : train_whole(machine, lesson, &settings, fit, fault);
    return err == ERR_OK ? check_result(machine, fit->params, fault) : err;
}
