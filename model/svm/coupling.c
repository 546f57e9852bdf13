// SPDX-License-Identifier: MPL-2.0
#include "model/svm/coupling.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

enum { ROUNDS_MIN = 100 };
static const double TOLERANCE = 0.005;

// The problem's matrix Q, and Q p.
typedef struct {
    size_t classes;
    double *q;
    double *qp;
} coupling_t;

static void make_q(const double *pairs, size_t classes, double *q)
{
    for (size_t i = 0; i < classes; i++) {
        for (size_t j = 0; j < classes; j++) {
            double other = pairs[j * classes + i];
            if (j != i) {
                q[i * classes + i] += other * other;
                q[i * classes + j] = -other * pairs[i * classes + j];
            }
        }
    }
}

// Fills qp and returns p Q p.
static double multiply(coupling_t *coupling, const double *p)
{
    double whole = 0;
    for (size_t i = 0; i < coupling->classes; i++) {
        coupling->qp[i] = 0;
        for (size_t j = 0; j < coupling->classes; j++) {
            coupling->qp[i] += coupling->q[i * coupling->classes + j] * p[j];
        }
        whole += p[i] * coupling->qp[i];
    }
    return whole;
}

static double error_of(const coupling_t *coupling, double whole)
{
    double error = 0;
    for (size_t i = 0; i < coupling->classes; i++) {
        error = fmax(error, fabs(coupling->qp[i] - whole));
    }
    return error;
}

// One round of equation 47: each probability in turn, then all to the sum of 1.
static void improve(coupling_t *coupling, double whole, double *p)
{
    size_t classes = coupling->classes;
    double *qp = coupling->qp;
    for (size_t i = 0; i < classes; i++) {
        double own = coupling->q[i * classes + i];
        double step = (whole - qp[i]) / own;
        p[i] += step;
        whole = (whole + step * (step * own + 2 * qp[i])) / (1 + step) / (1 + step);
        for (size_t j = 0; j < classes; j++) {
            qp[j] = (qp[j] + step * coupling->q[i * classes + j]) / (1 + step);
            p[j] /= 1 + step;
        }
    }
}

void coupling_solve(const double *pairs, size_t classes, double *ret)
{
    coupling_t coupling = {.classes = classes,
                           .q = mem_array(classes * classes, sizeof(double)),
                           .qp = mem_array(classes, sizeof(double))};
    make_q(pairs, classes, coupling.q);
    for (size_t i = 0; i < classes; i++) {
        ret[i] = 1 / (double)classes;
    }
    size_t rounds = classes > ROUNDS_MIN ? classes : ROUNDS_MIN;
    for (size_t round = 0; round < rounds; round++) {
        double whole = multiply(&coupling, ret);
        if (error_of(&coupling, whole) < TOLERANCE / (double)classes) {
            break;
        }
        improve(&coupling, whole, ret);
    }
    free(coupling.q);
    free(coupling.qp);
}
