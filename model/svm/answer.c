// SPDX-License-Identifier: MPL-2.0
#include "model/svm/answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/svm/coupling.h"
#include "model/svm/decide.h"
#include "model/svm/sigmoid.h"

// Makes an answer of a row's decision values; the scratch has room for classes * classes numbers.
typedef void (*answer_fn)(const machine_t *machine, const double *values, double *scratch,
                          double *ret);

static void answer(const model_t *model, const matrix_t *matrix, answer_fn make, size_t width,
                   double *ret)
{
    const machine_t *machine = model->state;
    double *values = mem_array(machine->pairs * DECIDE_ROWS, sizeof *values);
    double *scratch = mem_array(machine->groups * machine->groups, sizeof *scratch);
    for (size_t i = 0; i < matrix->rows; i += DECIDE_ROWS) {
        size_t rows = matrix->rows - i < DECIDE_ROWS ? matrix->rows - i : DECIDE_ROWS;
        decide(machine, matrix->x + i * matrix->columns, rows, values);
        for (size_t r = 0; r < rows; r++) {
            make(machine, values + r * machine->pairs, scratch, ret + (i + r) * width);
        }
    }
    free(scratch);
    free(values);
}

static void vote(const machine_t *machine, const double *values, double *votes, double *ret)
{
    memset(votes, 0, machine->groups * sizeof *votes);
    for (size_t i = 0; i < machine->groups; i++) {
        for (size_t j = i + 1; j < machine->groups; j++) {
            votes[*values++ > 0 ? i : j]++;
        }
    }
    size_t best = 0;
    for (size_t i = 1; i < machine->groups; i++) {
        best = votes[i] > votes[best] ? i : best;
    }
    *ret = (double)best;
}

static void couple(const machine_t *machine, const double *values, double *pairs, double *ret)
{
    static const double least = 1e-7; // libsvm's
    size_t pair = 0;
    for (size_t i = 0; i < machine->groups; i++) {
        for (size_t j = i + 1; j < machine->groups; j++, pair++) {
            sigmoid_t sigmoid = {machine->prob_a ? machine->prob_a[pair] : -1,
                                 machine->prob_b ? machine->prob_b[pair] : 0};
            double p = sigmoid_of(&sigmoid, values[pair]);
            p = fmin(fmax(p, least), 1 - least);
            pairs[i * machine->groups + j] = p;
            pairs[j * machine->groups + i] = 1 - p;
        }
    }
    coupling_solve(pairs, machine->groups, ret);
}

static void take(const machine_t *machine, const double *values, double *scratch, double *ret)
{
    (void)machine;
    (void)scratch;
    *ret = *values;
}

static void take_side(const machine_t *machine, const double *values, double *scratch, double *ret)
{
    (void)machine;
    (void)scratch;
    *ret = *values > 0 ? 1 : -1;
}

void answer_class(const model_t *model, const matrix_t *matrix, double *ret)
{
    answer(model, matrix, vote, 1, ret);
}

void answer_probabilities(const model_t *model, const matrix_t *matrix, double *ret)
{
    answer(model, matrix, couple, model->classes, ret);
}

void answer_number(const model_t *model, const matrix_t *matrix, double *ret)
{
    answer(model, matrix, take, 1, ret);
}

void answer_side(const model_t *model, const matrix_t *matrix, double *ret)
{
    answer(model, matrix, take_side, 1, ret);
}
