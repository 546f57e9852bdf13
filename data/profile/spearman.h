// SPDX-License-Identifier: MPL-2.0
// Spearman's correlation: Pearson's of the average ranks within the rows in which both columns have
// a value, as pandas' corr("spearman") does. Exact sums of integers.
#pragma once

#include "data/profile/matrix.h"

typedef struct spearman spearman_t;

// Prepares for columns whose ranks are in the scratch file. The study and the matrix are borrowed.
// The caller destroys *ret_spearman. Errors: IO.
err_t spearman_new(study_t *study, matrix_t *matrix, spearman_t **ret_spearman, fault_t *fault);

// Fills in a pair, beside other workers. Errors: IO.
err_t spearman_fill(spearman_t *spearman, size_t worker, size_t pair, fault_t *fault);

void spearman_destroy(spearman_t **spearman);
