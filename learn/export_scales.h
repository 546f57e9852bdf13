// SPDX-License-Identifier: MPL-2.0
// Fitted steps that make another number of a number, as scikit-learn transformers.
#pragma once

#include "learn/export_chain.h"
#include "learn/parts.h"

// A StandardScaler of `count` columns.
void export_standard(chain_t *chain, const double *mean, const double *scale, size_t count);

// The step's transformer: PART_MIN_MAX to PART_BIN. Where our step makes a value missing because it
// has no number, scikit-learn's makes NaN or an infinite one, or refuses the value (Box-Cox).
void export_scale(chain_t *chain, const call_t *call, part_t part);
