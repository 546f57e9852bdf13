// SPDX-License-Identifier: MPL-2.0
#include "model/tree/out_of_bag.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/core/lesson.h"

out_of_bag_t out_of_bag_new(const lesson_t *lesson)
{
    size_t rows = lesson->matrix.rows;
    size_t width = lesson->task == TASK_CLASSIFY ? lesson->classes_count : 1;
    return (out_of_bag_t){.lesson = lesson,
                          .width = width,
                          .sums = mem_array(rows * width, sizeof(double)),
                          .counts = mem_array(rows, sizeof(uint32_t))};
}

void out_of_bag_add(out_of_bag_t *bag, const tree_t *tree, const sample_t *samples)
{
    const matrix_t *matrix = &bag->lesson->matrix;
    for (size_t i = 0; i < matrix->rows; i++) {
        if (samples[i].weight > 0) {
            continue;
        }
        const double *answer = tree_answer(tree, matrix->x + i * matrix->columns);
        bag->counts[i]++;
        for (size_t k = 0; k < bag->width; k++) {
            bag->sums[i * bag->width + k] += answer[k];
        }
    }
}

static double accuracy(const out_of_bag_t *bag)
{
    size_t right = 0;
    size_t known = 0;
    for (size_t i = 0; i < bag->lesson->matrix.rows; i++) {
        size_t class = lesson_largest(bag->sums + i * bag->width, bag->width);
        known += bag->counts[i] > 0;
        right += bag->counts[i] > 0 && class == (size_t)bag->lesson->classes[i];
    }
    return (double)right / (double)known;
}

// 1 - what is left of the variance (sums of squares around the first target, then the mean).
static double r2(const out_of_bag_t *bag)
{
    const double *targets = bag->lesson->targets;
    double known = 0;
    double sum = 0;
    double squares = 0;
    double errors = 0;
    for (size_t i = 0; i < bag->lesson->matrix.rows; i++) {
        if (bag->counts[i] > 0) {
            double off = targets[i] - bag->sums[i] / bag->counts[i];
            double from_first = targets[i] - targets[0];
            known++;
            sum += from_first;
            squares += from_first * from_first;
            errors += off * off;
        }
    }
    double variance = squares - sum * sum / known;
    return variance > 0 ? 1 - errors / variance : NAN;
}

double out_of_bag_score(const out_of_bag_t *bag)
{
    return bag->lesson->task == TASK_CLASSIFY ? accuracy(bag) : r2(bag);
}

void out_of_bag_release(out_of_bag_t *bag)
{
    free(bag->sums);
    free(bag->counts);
    *bag = (out_of_bag_t){0};
}
