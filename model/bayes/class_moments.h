// SPDX-License-Identifier: MPL-2.0
// Means and variances of the columns: in each class, and in all rows.
#pragma once

#include "model/core/estimator.h"

// The weighted mean and the weighted variance of each column in each class: classes * columns each.
// `weights` are those of the classes.
void class_moments(const lesson_t *lesson, const double *weights, double *ret_means,
                   double *ret_variances);

// The largest variance of a column, in all rows and without their weights.
double class_moments_largest(const lesson_t *lesson);
