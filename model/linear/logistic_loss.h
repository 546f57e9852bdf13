// SPDX-License-Identifier: MPL-2.0
// The objective of logistic regression and its gradient, over a copy of the rows that is made for
// it:
//   sum of weight * loss + |coef|^2 / (2 C).
//
// In that copy columns are centred, and made independent of each other in groups: x = root^-1 * x,
// where root * root' is four times the curvature at zero (C. Bishop, Pattern Recognition and
// Machine Learning, 4.3.3). So the objective is about as curved in every direction, and a solver
// needs few steps whatever the scales and correlations. Loss and penalty are those of the columns
// as they came.
#pragma once

#include "model/core/estimator.h"

typedef struct {
    size_t rows;
    size_t columns;
    size_t outputs; // 1: two classes and a sigmoid; else one a class and softmax
    bool intercept;
    double *x;              // column by column, independent
    double *means;          // of the columns as they came; all 0 without an intercept
    double *root;           // lower triangular in each group: LOGISTIC_GROUP numbers a column
    double *weights;        // of rows and their classes
    const int32_t *classes; // borrowed
    double penalty;         // 1 / C
    size_t threads;
} logistic_t;

enum { LOGISTIC_GROUP = 64 };

// Copies a lesson of classes; balanced: classes weigh the same, whatever the number of their rows.
// The variables are, for each output, `columns` coefficients and an intercept.
logistic_t logistic_new(const lesson_t *lesson, bool intercept, bool balanced, double c,
                        size_t threads);

size_t logistic_variables(const logistic_t *logistic);

// The objective, and its gradient in the variables. Blocks of rows are summed in their order, so
// that the threads change nothing.
double logistic_loss(const logistic_t *logistic, const double *variables, double *ret_gradient);

// Sums the rows' losses and their gradient, without the penalty (logistic_pass.c).
double logistic_pass(const logistic_t *logistic, const double *variables, double *ret_gradient);

// The largest part of a gradient, as it is for the columns as they came: what scikit-learn's
// tolerance is compared with.
double logistic_steepness(const logistic_t *logistic, const double *gradient);

// Coefficients (outputs * columns) and intercepts for the columns as they came.
void logistic_answer(const logistic_t *logistic, const double *variables, double *ret_coef,
                     double *ret_intercept);

void logistic_release(logistic_t *logistic);
