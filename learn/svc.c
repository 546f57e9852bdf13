// SPDX-License-Identifier: MPL-2.0
#include "learn/svc.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

enum { CACHE_MB = 200 }; // a larger cache is slower: its pages cost more than it saves

static void no_print(const char *text)
{
    (void)text;
}

// The gamma of sklearn.svm.SVC: "scale" is 1 / (columns * variance of all numbers).
static double gamma_of(const sparse_t *matrix, const request_t *request)
{
    if (request->gamma_kind == GAMMA_NUMBER) {
        return request->gamma;
    }
    double columns = (double)matrix->columns;
    if (request->gamma_kind == GAMMA_AUTO) {
        return 1 / columns;
    }
    double sd = moments_sd(&matrix->moments);
    double variance = sd * sd;
    return variance > 0 ? 1 / (columns * variance) : 1;
}

static struct svm_parameter parameters_of(const request_t *request, const svc_t *svc, int *labels)
{
    static const int kernels[] = {[KERNEL_LINEAR] = LINEAR,
                                  [KERNEL_POLY] = POLY,
                                  [KERNEL_RBF] = RBF,
                                  [KERNEL_SIGMOID] = SIGMOID};
    return (struct svm_parameter){.svm_type = C_SVC,
                                  .kernel_type = kernels[request->kernel],
                                  .degree = request->degree,
                                  .gamma = svc->gamma,
                                  .coef0 = request->coef0,
                                  .cache_size = CACHE_MB,
                                  .eps = 1e-3,
                                  .C = request->C,
                                  .nr_weight = (int)svc->classes,
                                  .weight_label = labels,
                                  .weight = svc->weights,
                                  .shrinking = 1};
}

// A problem whose arrays are freed by free_problem; the rows stay the matrix's.
static struct svm_problem problem_of(const sparse_t *matrix, const int32_t *classes)
{
    struct svm_problem problem = {.l = (int)matrix->rows};
    problem.y = mem_array(matrix->rows, sizeof *problem.y);
    problem.x = mem_array(matrix->rows, sizeof(void *));
    for (size_t i = 0; i < matrix->rows; i++) {
        problem.y[i] = classes[i];
        problem.x[i] = matrix->nodes + matrix->starts[i];
    }
    return problem;
}

static err_t train(const sparse_t *matrix, const int32_t *classes, const request_t *request,
                   svc_t *svc, fault_t *fault)
{
    int *labels = mem_array(svc->classes, sizeof *labels);
    for (size_t i = 0; i < svc->classes; i++) {
        labels[i] = (int)i;
    }
    struct svm_problem problem = problem_of(matrix, classes);
    struct svm_parameter parameters = parameters_of(request, svc, labels);
    const char *wrong = svm_check_parameter(&problem, &parameters);
    err_t err = ERR_OK;
    if (wrong) {
        err = fault_set(fault, ERR_HYPERPARAMETER, "use the default", "libsvm refuses: %s", wrong);
    } else {
        svm_set_print_string_function(no_print);
        srand((unsigned)request->seed); // libsvm draws from rand()
        svc->model = svm_train(&problem, &parameters);
        // the model keeps pointers to these two, and they end here
        svc->model->param.weight_label = NULL;
        svc->model->param.weight = NULL;
        svc->model->param.nr_weight = 0;
    }
    free(labels);
    free(problem.x);
    free(problem.y);
    return err;
}

err_t svc_train(const sparse_t *matrix, const int32_t *classes, size_t classes_count,
                const request_t *request, const double *weights, svc_t *ret_svc, fault_t *fault)
{
    svc_t svc = {.classes = classes_count, .columns = matrix->columns, .rows = matrix->rows};
    svc.gamma = gamma_of(matrix, request);
    if (!isfinite(svc.gamma)) {
        return fault_set(fault, ERR_HYPERPARAMETER, "scale the features",
                         "'gamma': the features are too large or too small to compute it");
    }
    svc.weights = mem_array(classes_count, sizeof *svc.weights);
    for (size_t i = 0; i < classes_count; i++) {
        svc.weights[i] = weights[i];
    }
    err_t err = train(matrix, classes, request, &svc, fault);
    if (err != ERR_OK) {
        svc_release(&svc);
        return err;
    }
    *ret_svc = svc;
    return ERR_OK;
}

int32_t svc_predict(const svc_t *svc, const double *x, struct svm_node *nodes)
{
    sparse_row(x, svc->columns, nodes);
    return (int32_t)svm_predict(svc->model, nodes);
}

void svc_release(svc_t *svc)
{
    if (svc->model) {
        svm_free_and_destroy_model(&svc->model);
    }
    free(svc->weights);
    *svc = (svc_t){0};
}
