// SPDX-License-Identifier: MPL-2.0
// The objective of logistic regression and its gradient, over a copy of the rows made for it:
//   sum of weight * loss + |coef|^2 / (2 C).
//
// In that copy columns are centred, and made independent of each other in groups: x = root^-1 * x,
// where root * root' is four times the mean curvature of a row's loss (C. Bishop, Pattern
// Recognition and Machine Learning, 4.3.3). So the objective is about as curved in every direction,
// and a solver needs few steps whatever the scales and correlations. Loss and penalty are those of
// the columns as they came.
#pragma once

#include "model/core/estimator.h"

typedef struct {
    size_t rows;
    size_t columns;
    size_t outputs; // 1: two classes and a sigmoid; else one a class and softmax
    bool intercept;
    const matrix_t *matrix; // borrowed
    double *x;              // column by column, independent
    double *means;          // of the columns as they came; all 0 without an intercept
    double *root;           // lower triangular in each group: LOGISTIC_GROUP numbers a column
    double *weights;        // of rows and their classes
    const int32_t *classes; // borrowed
    double penalty;         // 1 / C
    size_t threads;
} logistic_t;

enum { LOGISTIC_GROUP = 64 };

// Of a lesson of classes; balanced: classes weigh the same, whatever the number of their rows.
// The variables are, for each output, `columns` coefficients and an intercept.
logistic_t logistic_new(const lesson_t *lesson, bool intercept, bool balanced, double c,
                        size_t threads);

// Copies the columns, independent for the curvature where the variables are, and gives those their
// values for the new columns. Comes before anything else: all zero is the same for any columns.
void logistic_turn(logistic_t *logistic, double *variables);

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

// The variables of coefficients, without the intercepts: the way back from logistic_answer.
void logistic_express(const logistic_t *logistic, const double *coef, double *ret_variables);

void logistic_release(logistic_t *logistic);
