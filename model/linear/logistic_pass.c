// SPDX-License-Identifier: MPL-2.0
#include "model/linear/logistic_loss.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/wide.h"

enum {
    BLOCK = 256, // rows at once: their columns stay in the first caches
    ITEM = 4096, // rows of an item of work
    LANES = 8,   // sums side by side
};

// What a thread works with: the outputs of a block, then how far they are off; the sums of an item.
typedef struct {
    double *outputs; // outputs * BLOCK
    double *gradient;
    double loss;
} slot_t;

typedef struct {
    const logistic_t *logistic;
    const double *variables;
    slot_t *slots;
    double *gradient;
    double loss;
} pass_t;

// sums[i] += a * x[i] of one column.
WIDE static void add_column(double *sums, const double *x, double a, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sums[i] += a * x[i];
    }
}

// Of four columns, `stride` apart: a quarter of the passes over the sums.
WIDE static void add_columns(double *sums, const double *x, size_t stride, const double *a,
                             size_t count)
{
    const double *x1 = x + stride;
    const double *x2 = x1 + stride;
    const double *x3 = x2 + stride;
    double a0 = a[0];
    double a1 = a[1];
    double a2 = a[2];
    double a3 = a[3];
    for (size_t i = 0; i < count; i++) {
        sums[i] += (a0 * x[i] + a1 * x1[i]) + (a2 * x2[i] + a3 * x3[i]);
    }
}

WIDE static double dot(const double *a, const double *b, size_t count)
{
    double sums[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        for (size_t lane = 0; lane < LANES; lane++) {
            sums[lane] += a[i + lane] * b[i + lane];
        }
    }
    for (; i < count; i++) {
        sums[0] += a[i] * b[i];
    }
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) +
           ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

static void fill_outputs(const pass_t *pass, double *outputs, size_t begin, size_t count)
{
    const logistic_t *logistic = pass->logistic;
    size_t columns = logistic->columns;
    const double *x = logistic->x + begin;
    for (size_t k = 0; k < logistic->outputs; k++) {
        const double *coef = pass->variables + k * (columns + 1);
        double *sums = outputs + k * BLOCK;
        for (size_t i = 0; i < count; i++) {
            sums[i] = coef[columns];
        }
        size_t j = 0;
        for (; j + 4 <= columns; j += 4) {
            add_columns(sums, x + j * logistic->rows, logistic->rows, coef + j, count);
        }
        for (; j < columns; j++) {
            add_column(sums, x + j * logistic->rows, coef[j], count);
        }
    }
}

// Two classes: the loss log(1 + e^z) - y z of each row; z becomes its derivative.
static double sigmoid(const logistic_t *logistic, double *z, size_t begin, size_t count)
{
    double loss = 0;
    for (size_t i = 0; i < count; i++) {
        double weight = logistic->weights[begin + i];
        double y = logistic->classes[begin + i];
        double e = exp(-fabs(z[i]));
        loss += weight * (fmax(z[i], 0) + log1p(e) - y * z[i]);
        z[i] = weight * ((z[i] >= 0 ? 1 : e) / (1 + e) - y);
    }
    return loss;
}

// The loss log(sum of e^z) - z of the row's class; z becomes its derivatives.
static double softmax_row(const logistic_t *logistic, double *z, size_t row)
{
    double weight = logistic->weights[row];
    size_t class = (size_t)logistic->classes[row];
    double most = z[0];
    for (size_t k = 1; k < logistic->outputs; k++) {
        most = fmax(most, z[k * BLOCK]);
    }
    double own = z[class * BLOCK] - most;
    double sum = 0;
    for (size_t k = 0; k < logistic->outputs; k++) {
        z[k * BLOCK] = exp(z[k * BLOCK] - most);
        sum += z[k * BLOCK];
    }
    for (size_t k = 0; k < logistic->outputs; k++) {
        z[k * BLOCK] = weight * (z[k * BLOCK] / sum - (k == class));
    }
    return weight * (log(fmax(sum, 1)) - own); // the largest alone is 1
}

static double softmax(const logistic_t *logistic, double *z, size_t begin, size_t count)
{
    double loss = 0;
    for (size_t i = 0; i < count; i++) {
        loss += softmax_row(logistic, z + i, begin + i);
    }
    return loss;
}

static void add_gradient(const logistic_t *logistic, slot_t *slot, size_t begin, size_t count)
{
    size_t columns = logistic->columns;
    for (size_t k = 0; k < logistic->outputs; k++) {
        const double *off = slot->outputs + k * BLOCK;
        double *gradient = slot->gradient + k * (columns + 1);
        for (size_t j = 0; j < columns; j++) {
            gradient[j] += dot(off, logistic->x + j * logistic->rows + begin, count);
        }
        for (size_t i = 0; i < count; i++) {
            gradient[columns] += off[i];
        }
    }
}

static err_t work(void *context, size_t place, size_t item, fault_t *fault)
{
    (void)fault;
    pass_t *pass = context;
    const logistic_t *logistic = pass->logistic;
    slot_t *slot = &pass->slots[place];
    size_t end = (item + 1) * ITEM < logistic->rows ? (item + 1) * ITEM : logistic->rows;
    memset(slot->gradient, 0, logistic_variables(logistic) * sizeof(double));
    slot->loss = 0;
    for (size_t begin = item * ITEM; begin < end; begin += BLOCK) {
        size_t count = end - begin < BLOCK ? end - begin : BLOCK;
        fill_outputs(pass, slot->outputs, begin, count);
        slot->loss += logistic->outputs == 1 ? sigmoid(logistic, slot->outputs, begin, count)
                                             : softmax(logistic, slot->outputs, begin, count);
        add_gradient(logistic, slot, begin, count);
    }
    return ERR_OK;
}

static err_t settle(void *context, size_t place, size_t item, fault_t *fault)
{
    (void)item;
    (void)fault;
    pass_t *pass = context;
    pass->loss += pass->slots[place].loss;
    for (size_t i = 0; i < logistic_variables(pass->logistic); i++) {
        pass->gradient[i] += pass->slots[place].gradient[i];
    }
    return ERR_OK;
}

static void run(pass_t *pass)
{
    size_t items = (pass->logistic->rows + ITEM - 1) / ITEM;
    size_t threads = pass->logistic->threads < items ? pass->logistic->threads : items;
    size_t slots = parallel_slots(threads);
    parallel_t job = {.context = pass,
                      .threads = threads,
                      .slots = slots,
                      .count = items,
                      .work = work,
                      .settle = settle};
    pass->slots = mem_array(slots, sizeof *pass->slots);
    for (size_t i = 0; i < slots; i++) {
        pass->slots[i].outputs = mem_array(pass->logistic->outputs * BLOCK, sizeof(double));
        pass->slots[i].gradient = mem_array(logistic_variables(pass->logistic), sizeof(double));
    }
    parallel_run(&job, NULL);
    for (size_t i = 0; i < slots; i++) {
        free(pass->slots[i].outputs);
        free(pass->slots[i].gradient);
    }
    free(pass->slots);
}

double logistic_pass(const logistic_t *logistic, const double *variables, double *ret_gradient)
{
    pass_t pass = {.logistic = logistic, .variables = variables, .gradient = ret_gradient};
    memset(ret_gradient, 0, logistic_variables(logistic) * sizeof *ret_gradient);
    run(&pass);
    return pass.loss;
}
