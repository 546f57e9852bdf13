// SPDX-License-Identifier: MPL-2.0
// The copy of the rows that a logistic regression works on.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/wide.h"
#include "model/core/lesson.h"
#include "model/linear/logistic_loss.h"

enum { CHUNK = 512 }; // rows at once: the columns of a group stay in the cache

// As scikit-learn's class_weight="balanced": rows / (classes * rows of the class).
static void balance(const lesson_t *lesson, double *weights)
{
    double *counts = mem_array(lesson->classes_count, sizeof *counts);
    for (size_t i = 0; i < lesson->matrix.rows; i++) {
        counts[lesson->classes[i]]++;
    }
    for (size_t i = 0; i < lesson->matrix.rows; i++) {
        weights[i] *= (double)lesson->matrix.rows /
                      ((double)lesson->classes_count * counts[lesson->classes[i]]);
    }
    free(counts);
}

static double *row_weights(const lesson_t *lesson, bool balanced)
{
    double *weights = mem_array(lesson->matrix.rows, sizeof *weights);
    for (size_t i = 0; i < lesson->matrix.rows; i++) {
        weights[i] = lesson_weight(lesson, i);
    }
    if (balanced) {
        balance(lesson, weights);
    }
    return weights;
}

// Turns the rows into columns, a few rows at a time so that both stay in the cache.
static void copy_columns(const logistic_t *logistic, const matrix_t *matrix)
{
    enum { AT_ONCE = 32 };
    for (size_t begin = 0; begin < matrix->rows; begin += AT_ONCE) {
        size_t end = begin + AT_ONCE < matrix->rows ? begin + AT_ONCE : matrix->rows;
        for (size_t j = 0; j < matrix->columns; j++) {
            double *column = logistic->x + j * matrix->rows;
            for (size_t i = begin; i < end; i++) {
                column[i] = matrix->x[i * matrix->columns + j] - logistic->means[j];
            }
        }
    }
}

WIDE static double weighted_dot(const double *a, const double *b, const double *weights,
                                size_t count)
{
    double sums[4] = {0};
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        for (size_t lane = 0; lane < 4; lane++) {
            sums[lane] += weights[i + lane] * a[i + lane] * b[i + lane];
        }
    }
    for (; i < count; i++) {
        sums[0] += weights[i] * a[i] * b[i];
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

// to -= a * x
WIDE static void take_away(double *to, const double *x, double a, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to[i] -= a * x[i];
    }
}

WIDE static void divide(double *to, double by, size_t count)
{
    double factor = 1 / by;
    for (size_t i = 0; i < count; i++) {
        to[i] *= factor;
    }
}

static double *column_of(const logistic_t *logistic, size_t j, size_t row)
{
    return logistic->x + j * logistic->rows + row;
}

static size_t chunk_rows(const logistic_t *logistic, size_t begin)
{
    return logistic->rows - begin < CHUNK ? logistic->rows - begin : CHUNK;
}

// The curvature of a row's loss along its output, times four.
static double curvature_of(const logistic_t *logistic, size_t row, const double *coef,
                           double intercept)
{
    const double *x = logistic->matrix->x + row * logistic->columns;
    double output = intercept;
    for (size_t j = 0; j < logistic->columns; j++) {
        output += x[j] * coef[j];
    }
    double p = 1 / (1 + exp(-output));
    return 4 * logistic->weights[row] * p * (1 - p);
}

// Of each row; with several outputs no curvature is that of all, and the weight has to do.
static double *curvatures(const logistic_t *logistic, const double *coef, const double *intercept)
{
    double *values = mem_array(logistic->rows, sizeof *values);
    for (size_t i = 0; i < logistic->rows; i++) {
        values[i] = logistic->outputs == 1 ? curvature_of(logistic, i, coef, intercept[0])
                                           : logistic->weights[i];
    }
    return values;
}

static double total_weight(const logistic_t *logistic)
{
    double total = 0;
    for (size_t i = 0; i < logistic->rows; i++) {
        total += logistic->weights[i];
    }
    return total;
}

// The mean curvature of a row, times four, within each group, and the penalty's.
static void fill_curvature(logistic_t *logistic, const double *weights)
{
    double total = total_weight(logistic);
    memset(logistic->root, 0, logistic->columns * LOGISTIC_GROUP * sizeof *logistic->root);
    for (size_t begin = 0; begin < logistic->rows; begin += CHUNK) {
        size_t count = chunk_rows(logistic, begin);
        for (size_t j = 0; j < logistic->columns; j++) {
            size_t group = j - j % LOGISTIC_GROUP;
            for (size_t i = group; i <= j; i++) {
                logistic->root[j * LOGISTIC_GROUP + i - group] +=
                    weighted_dot(column_of(logistic, j, begin), column_of(logistic, i, begin),
                                 weights + begin, count);
            }
        }
    }
    for (size_t j = 0; j < logistic->columns; j++) {
        double *row = logistic->root + j * LOGISTIC_GROUP;
        row[j % LOGISTIC_GROUP] += 4 * logistic->penalty;
        for (size_t i = 0; i < LOGISTIC_GROUP; i++) {
            row[i] /= total;
        }
    }
}

// Cholesky's factor of a group. A column that depends on others keeps a little of itself: any root
// that can be inverted will do.
static void factor(double *root, size_t count)
{
    static const double keep = 1e-10;
    for (size_t j = 0; j < count; j++) {
        double *row = root + j * LOGISTIC_GROUP;
        double least = keep * row[j];
        for (size_t i = 0; i <= j; i++) {
            const double *other = root + i * LOGISTIC_GROUP;
            for (size_t k = 0; k < i; k++) {
                row[i] -= row[k] * other[k];
            }
            row[i] = i < j ? row[i] / other[i] : sqrt(fmax(row[i], least));
        }
    }
}

// Makes the columns of each group independent.
static void separate(const logistic_t *logistic)
{
    for (size_t begin = 0; begin < logistic->rows; begin += CHUNK) {
        size_t count = chunk_rows(logistic, begin);
        for (size_t j = 0; j < logistic->columns; j++) {
            size_t group = j - j % LOGISTIC_GROUP;
            const double *row = logistic->root + j * LOGISTIC_GROUP;
            double *column = column_of(logistic, j, begin);
            for (size_t i = group; i < j; i++) {
                take_away(column, column_of(logistic, i, begin), row[i - group], count);
            }
            divide(column, row[j - group], count);
        }
    }
}

static void factor_all(logistic_t *logistic)
{
    for (size_t j = 0; j < logistic->columns; j += LOGISTIC_GROUP) {
        size_t left = logistic->columns - j;
        factor(logistic->root + j * LOGISTIC_GROUP, left < LOGISTIC_GROUP ? left : LOGISTIC_GROUP);
    }
}

void logistic_turn(logistic_t *logistic, double *variables)
{
    double *coef = mem_array(logistic->outputs * logistic->columns, sizeof *coef);
    double *intercept = mem_array(logistic->outputs, sizeof *intercept);
    logistic_answer(logistic, variables, coef, intercept);
    double *weights = curvatures(logistic, coef, intercept);
    copy_columns(logistic, logistic->matrix);
    fill_curvature(logistic, weights);
    factor_all(logistic);
    separate(logistic);
    logistic_express(logistic, coef, variables);
    free(coef);
    free(intercept);
    free(weights);
}

logistic_t logistic_new(const lesson_t *lesson, bool intercept, bool balanced, double c,
                        size_t threads)
{
    const matrix_t *matrix = &lesson->matrix;
    logistic_t logistic = {.rows = matrix->rows,
                           .columns = matrix->columns,
                           .outputs = lesson->classes_count > 2 ? lesson->classes_count : 1,
                           .intercept = intercept,
                           .matrix = matrix,
                           .x = mem_array(matrix->rows * matrix->columns, sizeof(double)),
                           .means = mem_array(matrix->columns, sizeof(double)),
                           .root = mem_array(matrix->columns * LOGISTIC_GROUP, sizeof(double)),
                           .weights = row_weights(lesson, balanced),
                           .classes = lesson->classes,
                           .penalty = 1 / c,
                           .threads = threads};
    if (intercept) {
        lesson_means(lesson, logistic.means);
    }
    for (size_t j = 0; j < matrix->columns; j++) {
        logistic.root[j * LOGISTIC_GROUP + j % LOGISTIC_GROUP] = 1;
    }
    return logistic;
}

void logistic_release(logistic_t *logistic)
{
    free(logistic->x);
    free(logistic->means);
    free(logistic->root);
    free(logistic->weights);
}
