// SPDX-License-Identifier: MPL-2.0
#include "data/profile/chance.h"

#include <math.h>

enum { STEPS_MAX = 10000 };

#define ENOUGH 1e-15

// The regularised upper incomplete gamma function Q(a, x): a series below a + 1, else a continued
// fraction (Numerical Recipes, 6.2).
static double gamma_rest(double a, double x)
{
    int sign;
    if (x <= 0) {
        return 1;
    }
    double front = exp(a * log(x) - x - lgamma_r(a, &sign));
    if (x < a + 1) {
        double term = 1 / a;
        double sum = term;
        for (int i = 1; i < STEPS_MAX && term > sum * ENOUGH; i++) {
            term *= x / (a + i);
            sum += term;
        }
        return 1 - sum * front;
    }
    double b = x + 1 - a;
    double c = 1e300;
    double d = 1 / b;
    double h = d;
    for (int i = 1; i < STEPS_MAX; i++) {
        double an = -i * (i - a);
        b += 2;
        d = 1 / (an * d + b);
        c = b + an / c;
        double step = c * d;
        h *= step;
        if (fabs(step - 1) < ENOUGH) {
            break;
        }
    }
    return front * h;
}

static double sum_of(const int64_t *counts, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (double)counts[i];
    }
    return sum;
}

double chance_even(const int64_t *counts, size_t count)
{
    double sum = sum_of(counts, count);
    if (count < 2 || sum <= 0) {
        return NAN;
    }
    double expected = sum / (double)count;
    double statistic = 0;
    for (size_t i = 0; i < count; i++) {
        double off = (double)counts[i] - expected;
        statistic += off * off / expected;
    }
    return gamma_rest((double)(count - 1) / 2, statistic / 2);
}

double chance_imbalance(const int64_t *counts, size_t count)
{
    double sum = sum_of(counts, count);
    if (count < 2 || sum <= 0) {
        return 0;
    }
    double entropy = 0;
    for (size_t i = 0; i < count; i++) {
        double share = (double)counts[i] / sum;
        entropy -= share > 0 ? share * log2(share) : 0;
    }
    return 1 - entropy / log2((double)count);
}
