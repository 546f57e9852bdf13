// SPDX-License-Identifier: MPL-2.0
// The preparation of a model as steps of a scikit-learn Pipeline, each a ColumnTransformer: "prep"
// makes of the DataFrame what single columns become; for each step that joins columns comes one
// with its transformer, "step<number>", and where single columns change again, "after<number>".
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "learn/export_plan.h"

// Pushes (name, transformer) for each; they were fitted on `samples` rows.
void stages_write(buf_t *out, const plan_t *plan, int64_t samples);
