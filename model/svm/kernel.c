// SPDX-License-Identifier: MPL-2.0
#include "model/svm/kernel.h"

#include <math.h>

static double power(double base, int exponent)
{
    double result = 1;
    for (; exponent > 0; exponent /= 2) {
        result *= exponent % 2 ? base : 1;
        base *= base;
    }
    return result;
}

double kernel_of_product(const kernel_t *kernel, double product)
{
    if (kernel->kind == KERNEL_LINEAR) {
        return product;
    }
    double value = kernel->gamma * product + kernel->coef0;
    return kernel->kind == KERNEL_POLY ? power(value, kernel->degree) : tanh(value);
}
