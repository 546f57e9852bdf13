// SPDX-License-Identifier: MPL-2.0
// Rows that repeat an earlier one. Rows are compared by a 128-bit digest of their values.
#pragma once

#include "data/profile/facts.h"

// The "duplicates" of a report: how many rows repeat an earlier one, and the rows that are repeated
// most. A column in which every value is another proves that there are none. Errors: IO, FULL,
// CORRUPT, CANCELLED.
err_t repeat_find(study_t *study, const progress_t *progress, json_t **ret_duplicates,
                  fault_t *fault);
