// SPDX-License-Identifier: MPL-2.0
// Fitted steps as scikit-learn transformers of one column.
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "learn/export_plan.h"

// Pushes the branch's transformer, a Pipeline that was fitted on `samples` rows.
void branch_write(buf_t *out, const branch_t *branch, int64_t samples);
