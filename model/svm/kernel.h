// SPDX-License-Identifier: MPL-2.0
// How two rows are compared.
#pragma once

typedef enum { KERNEL_LINEAR, KERNEL_POLY, KERNEL_RBF, KERNEL_SIGMOID } kernel_kind_t;

typedef struct {
    kernel_kind_t kind;
    int degree;
    double gamma;
    double coef0;
} kernel_t;

// The kernel of two rows by the sum of their products; not for RBF, which goes by their distance.
double kernel_of_product(const kernel_t *kernel, double product);
