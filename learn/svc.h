// SPDX-License-Identifier: MPL-2.0
// Support vector classification by libsvm.
//
// libsvm numbers classes by first appearance and scikit-learn by value; with one row of each class
// first, in ascending order, both are the same and nothing has to be permuted.
#pragma once

#include <libsvm/svm.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "learn/request.h"
#include "learn/sparse.h"

typedef struct {
    struct svm_model *model; // its support vectors are rows of the matrix
    double gamma;            // the number that "scale" or "auto" stood for
    double *weights;         // of each class
    size_t classes;
    size_t columns;
    size_t rows; // it was trained on
} svc_t;

// Trains on the rows of `matrix` (at least one of every class; the first rows are one of each
// class, ascending), which must live as long as the model. `weights` has one number above 0 for
// each class and is copied. The caller releases *ret_svc. Errors: HYPERPARAMETER, TOO_LARGE.
err_t svc_train(const sparse_t *matrix, const int32_t *classes, size_t classes_count,
                const request_t *request, const double *weights, svc_t *ret_svc, fault_t *fault);

// The class of a row, by the votes of all pairs of classes; ties go to the lower class, as in
// scikit-learn's SVC. `nodes` is scratch memory of columns + 1 nodes.
int32_t svc_predict(const svc_t *svc, const double *x, struct svm_node *nodes);

void svc_release(svc_t *svc);
