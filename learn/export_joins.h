// SPDX-License-Identifier: MPL-2.0
// Steps that take several columns together, as scikit-learn transformers of an array.
#pragma once

#include "base/buf.h"
#include "learn/export_plan.h"

// Pushes the fitted transformer: a PCA, or a Normalizer. (Before 0.24 scikit-learn's Normalizer
// takes the largest number for `max`, not the largest size.)
void join_write(buf_t *out, const join_t *join, int64_t samples);
