// SPDX-License-Identifier: MPL-2.0
#include "model/linear/logistic_loss.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

size_t logistic_variables(const logistic_t *logistic)
{
    return logistic->outputs * (logistic->columns + 1);
}

// The root's number for a column and one before it in its group, or itself.
static double root_of(const logistic_t *logistic, size_t j, size_t i)
{
    return logistic->root[j * LOGISTIC_GROUP + i % LOGISTIC_GROUP];
}

// coef = root'^-1 * variables
static void to_coef(const logistic_t *logistic, const double *variables, double *ret)
{
    for (size_t j = logistic->columns; j-- > 0;) {
        double rest = variables[j];
        for (size_t i = j + 1; i < logistic->columns && i % LOGISTIC_GROUP > 0; i++) {
            rest -= root_of(logistic, i, j) * ret[i];
        }
        ret[j] = rest / root_of(logistic, j, j);
    }
}

// gradient += penalty * root^-1 * coef; takes the place of coef.
static void add_slope(const logistic_t *logistic, double *coef, double *gradient)
{
    for (size_t j = 0; j < logistic->columns; j++) {
        double rest = logistic->penalty * coef[j];
        for (size_t i = j - j % LOGISTIC_GROUP; i < j; i++) {
            rest -= root_of(logistic, j, i) * coef[i];
        }
        coef[j] = rest / root_of(logistic, j, j);
        gradient[j] += coef[j];
    }
}

static double square(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i] * values[i];
    }
    return sum;
}

double logistic_loss(const logistic_t *logistic, const double *variables, double *ret_gradient)
{
    size_t columns = logistic->columns;
    double loss = logistic_pass(logistic, variables, ret_gradient);
    double *coef = mem_array(columns, sizeof *coef);
    for (size_t k = 0; k < logistic->outputs; k++) {
        double *gradient = ret_gradient + k * (columns + 1);
        to_coef(logistic, variables + k * (columns + 1), coef);
        loss += logistic->penalty * square(coef, columns) / 2;
        add_slope(logistic, coef, gradient);
        gradient[columns] *= logistic->intercept;
    }
    free(coef);
    return loss;
}

void logistic_express(const logistic_t *logistic, const double *coef, double *ret_variables)
{
    for (size_t k = 0; k < logistic->outputs; k++) {
        for (size_t j = 0; j < logistic->columns; j++) {
            double sum = root_of(logistic, j, j) * coef[j];
            for (size_t i = j + 1; i < logistic->columns && i % LOGISTIC_GROUP > 0; i++) {
                sum += root_of(logistic, i, j) * coef[i];
            }
            ret_variables[j] = sum;
        }
        coef += logistic->columns;
        ret_variables += logistic->columns + 1;
    }
}

double logistic_steepness(const logistic_t *logistic, const double *gradient)
{
    double steepest = 0;
    for (size_t k = 0; k < logistic->outputs; k++) {
        const double *part = gradient + k * (logistic->columns + 1);
        double along = part[logistic->columns];
        steepest = fmax(steepest, fabs(along));
        for (size_t j = 0; j < logistic->columns; j++) {
            double slope = logistic->means[j] * along;
            for (size_t i = j - j % LOGISTIC_GROUP; i <= j; i++) {
                slope += root_of(logistic, j, i) * part[i];
            }
            steepest = fmax(steepest, fabs(slope));
        }
    }
    return steepest;
}

void logistic_answer(const logistic_t *logistic, const double *variables, double *ret_coef,
                     double *ret_intercept)
{
    for (size_t k = 0; k < logistic->outputs; k++) {
        double intercept = variables[logistic->columns];
        to_coef(logistic, variables, ret_coef);
        for (size_t j = 0; j < logistic->columns; j++) {
            intercept -= ret_coef[j] * logistic->means[j];
        }
        ret_intercept[k] = logistic->intercept ? intercept : 0;
        variables += logistic->columns + 1;
        ret_coef += logistic->columns;
    }
}
