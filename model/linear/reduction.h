// SPDX-License-Identifier: MPL-2.0
// A table made small: rows that have the same inner products, of every two columns and of a column
// with the target, as all the weighted and centred rows of a lesson. Whatever minimises a square
// error finds the same in them.
#pragma once

#include "model/core/estimator.h"

typedef struct {
    size_t samples; // rows of the lesson
    size_t rows;    // of this: at most columns + 1 where there were many
    size_t columns;
    double *x; // column by column
    double *y; // the target, behind the last column
    double *means;
    double target_mean;
    double weight; // the sum of all weights
} reduction_t;

// Rows are turned into a triangle block by block, which is the QR decomposition of tall matrices
// (J. Demmel, L. Grigori, M. Hoemmen and J. Langou, SIAM J. Sci. Comput. 34, 2012), with LAPACK's
// dgeqrf. Without an intercept nothing is centred. Errors: CANCELLED, MEMORY,
// HYPERPARAMETER, TOO_LARGE.
enum { REDUCTION_CELLS_MAX = 1 << 28 }; // of the block that is worked on: 2 GiB

err_t reduction_new(const lesson_t *lesson, const fit_t *how, bool intercept,
                    reduction_t *ret_reduction, fault_t *fault);

// What LAPACK's answer to a call means, unless it is 0. Errors: MEMORY, HYPERPARAMETER.
err_t reduction_failed(int failed, fault_t *fault);

// What is left of the target when the columns, times coef, are taken away.
double reduction_intercept(const reduction_t *reduction, const double *coef);

void reduction_release(reduction_t *reduction);
