// SPDX-License-Identifier: MPL-2.0
// What columns have to do with each other: correlations, patterns of missing cells, scatter plots.
#pragma once

#include "data/profile/matrix.h"

typedef struct {
    matrix_t pearson;
    matrix_t spearman; // empty when it was left out
    matrix_t cramer;
    json_t *correlations;
    json_t *missing;
    json_t *interactions;
} relate_t;

// Whether Spearman's correlation of so many columns is made.
bool relate_ranks(const study_t *study, size_t columns);

// Finds everything about columns whose own studies are done. Ended by relate_release. Errors: IO,
// FULL, CORRUPT, CANCELLED.
err_t relate_find(study_t *study, const progress_t *progress, relate_t *ret_relate, fault_t *fault);

// Frees what is left; the three parts of the report stay the caller's.
void relate_release(relate_t *relate);
