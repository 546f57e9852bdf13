// SPDX-License-Identifier: MPL-2.0
// The smallest coefficients with the least squared error.
#pragma once

#include "model/linear/reduction.h"

// Writes `columns` coefficients (LAPACK's dgelsd). Singular values below max(rows, columns)
// * 2.2e-16 of the largest are taken for zero. Errors: MEMORY, HYPERPARAMETER.
err_t least_squares(const reduction_t *reduction, double *ret_coef, fault_t *fault);
