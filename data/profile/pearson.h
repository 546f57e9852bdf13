// SPDX-License-Identifier: MPL-2.0
// Pearson's correlation of columns of numbers, over the rows in which both have a value.
#pragma once

#include "data/profile/matrix.h"

// Fills a matrix between columns of numbers whose means, deviations and masks are known, as pandas'
// DataFrame.corr() does. Errors: IO, CORRUPT, CANCELLED.
err_t pearson_fill(study_t *study, const progress_t *progress, matrix_t *matrix, fault_t *fault);
