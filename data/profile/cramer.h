// SPDX-License-Identifier: MPL-2.0
// Cramer's V of columns with few levels, bias-corrected (W. Bergsma, "A bias-correction for
// Cramer's V and Tschuprow's T", 2013), over the rows in which both have a value. Two levels by
// two: with Yates' correction, as scipy's chi2_contingency and ydata-profiling.
#pragma once

#include "data/profile/matrix.h"

typedef struct cramer cramer_t;

// Prepares for columns whose levels are in the scratch file. The study and the matrix are borrowed.
// The caller destroys *ret_cramer. Errors: IO.
err_t cramer_new(study_t *study, matrix_t *matrix, cramer_t **ret_cramer, fault_t *fault);

// Fills in a pair, beside other workers. It stays NaN when a column has one level in common rows.
// Errors: IO.
err_t cramer_fill(cramer_t *cramer, size_t pair, fault_t *fault);

void cramer_destroy(cramer_t **cramer);
