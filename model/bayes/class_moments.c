// SPDX-License-Identifier: MPL-2.0
#include "model/bayes/class_moments.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/core/lesson.h"

static void add_values(double *to, const double *row, double weight, size_t columns)
{
    for (size_t j = 0; j < columns; j++) {
        to[j] += weight * row[j];
    }
}

static void add_squares(double *to, const double *row, const double *means, double weight,
                        size_t columns)
{
    for (size_t j = 0; j < columns; j++) {
        double off = row[j] - means[j];
        to[j] += weight * off * off;
    }
}

static void divide(const lesson_t *lesson, double *values, const double *weights)
{
    for (size_t k = 0; k < lesson->classes_count; k++) {
        for (size_t j = 0; j < lesson->matrix.columns; j++) {
            *values++ /= weights[k];
        }
    }
}

void class_moments(const lesson_t *lesson, const double *weights, double *ret_means,
                   double *ret_variances)
{
    const matrix_t *matrix = &lesson->matrix;
    size_t columns = matrix->columns;
    memset(ret_means, 0, lesson->classes_count * columns * sizeof *ret_means);
    memset(ret_variances, 0, lesson->classes_count * columns * sizeof *ret_variances);
    for (size_t i = 0; i < matrix->rows; i++) {
        add_values(ret_means + (size_t)lesson->classes[i] * columns, matrix->x + i * columns,
                   lesson_weight(lesson, i), columns);
    }
    divide(lesson, ret_means, weights);
    for (size_t i = 0; i < matrix->rows; i++) {
        size_t at = (size_t)lesson->classes[i] * columns;
        add_squares(ret_variances + at, matrix->x + i * columns, ret_means + at,
                    lesson_weight(lesson, i), columns);
    }
    divide(lesson, ret_variances, weights);
}

double class_moments_largest(const lesson_t *lesson)
{
    const matrix_t *matrix = &lesson->matrix;
    lesson_t plain = *lesson;
    double *means = mem_array(matrix->columns, sizeof *means);
    double *squares = mem_array(matrix->columns, sizeof *squares);
    plain.weights = NULL;
    lesson_means(&plain, means);
    for (size_t i = 0; i < matrix->rows; i++) {
        add_squares(squares, matrix->x + i * matrix->columns, means, 1, matrix->columns);
    }
    double largest = squares[lesson_largest(squares, matrix->columns)];
    free(means);
    free(squares);
    return largest / (double)matrix->rows;
}
