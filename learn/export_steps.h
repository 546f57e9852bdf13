// SPDX-License-Identifier: MPL-2.0
// Fitted steps as scikit-learn transformers of one column.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "learn/features.h"

// One transformer of the pipeline's ColumnTransformer: a column of the table and the inputs that it
// becomes, `inputs[first]` to `inputs[first + count - 1]` of the features. After one_hot they are
// leaves with ascending levels.
typedef struct {
    const features_t *features;
    size_t source; // column of the table
    size_t first;
    size_t count;
} branch_t;

// The branch that starts with input `first`.
branch_t branch_at(const features_t *features, size_t first);

// Pushes the branch's transformer, a Pipeline that was fitted on `samples` rows.
void branch_write(buf_t *out, const branch_t *branch, int64_t samples);
