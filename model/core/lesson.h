// SPDX-License-Identifier: MPL-2.0
// What many estimators ask of a lesson, and say of its classes.
#pragma once

#include "model/core/estimator.h"

// The row's weight: 1 where there are none.
double lesson_weight(const lesson_t *lesson, size_t row);

// The sum of all weights: the number of rows where there are none.
double lesson_weight_sum(const lesson_t *lesson);

// The weight of each class: classes_count sums.
void lesson_class_weights(const lesson_t *lesson, double *ret);

// The weighted mean of each column; of a column of one value, exactly that value.
void lesson_means(const lesson_t *lesson, double *ret);

// The index of the largest of `count` numbers, the first of equal ones.
size_t lesson_largest(const double *values, size_t count);

// Makes probabilities, of sum 1, of the logarithms of numbers in the same proportions.
void lesson_softmax(double *values, size_t count);
