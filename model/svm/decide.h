// SPDX-License-Identifier: MPL-2.0
// Decision values: sums over support vectors of coefficient * kernel(vector, row), plus intercept.
//
// A few rows are compared with LANES support vectors at once, differences and products in
// registers, each sum in one fixed order: the same result on every machine.
#pragma once

#include "model/svm/machine.h"

enum { DECIDE_ROWS = 8 };

// The decision values of all pairs of groups (rows * pairs) for at most DECIDE_ROWS rows.
void decide(const machine_t *machine, const double *x, size_t rows, double *ret);
