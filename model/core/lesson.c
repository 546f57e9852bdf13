// SPDX-License-Identifier: MPL-2.0
#include "model/core/lesson.h"

#include <math.h>
#include <string.h>

double lesson_weight(const lesson_t *lesson, size_t row)
{
    return lesson->weights ? lesson->weights[row] : 1;
}

double lesson_weight_sum(const lesson_t *lesson)
{
    double sum = 0;
    for (size_t i = 0; i < lesson->matrix.rows; i++) {
        sum += lesson_weight(lesson, i);
    }
    return sum;
}

void lesson_class_weights(const lesson_t *lesson, double *ret)
{
    memset(ret, 0, lesson->classes_count * sizeof *ret);
    for (size_t i = 0; i < lesson->matrix.rows; i++) {
        ret[lesson->classes[i]] += lesson_weight(lesson, i);
    }
}

// Sums the differences from the first row, so that a constant column has no rounding error.
void lesson_means(const lesson_t *lesson, double *ret)
{
    size_t columns = lesson->matrix.columns;
    const double *first = lesson->matrix.x;
    double total = lesson_weight_sum(lesson);
    memset(ret, 0, columns * sizeof *ret);
    for (size_t i = 1; i < lesson->matrix.rows; i++) {
        const double *row = lesson->matrix.x + i * columns;
        double weight = lesson_weight(lesson, i);
        for (size_t j = 0; j < columns; j++) {
            ret[j] += weight * (row[j] - first[j]);
        }
    }
    for (size_t j = 0; j < columns; j++) {
        ret[j] = first[j] + ret[j] / total;
    }
}

size_t lesson_largest(const double *values, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++) {
        best = values[i] > values[best] ? i : best;
    }
    return best;
}

void lesson_softmax(double *values, size_t count)
{
    double most = values[lesson_largest(values, count)];
    double total = 0;
    for (size_t k = 0; k < count; k++) {
        values[k] = exp(values[k] - most);
        total += values[k];
    }
    for (size_t k = 0; k < count; k++) {
        values[k] /= total;
    }
}
