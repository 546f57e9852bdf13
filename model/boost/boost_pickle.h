// SPDX-License-Identifier: MPL-2.0
// The fitted XGBClassifier or XGBRegressor.
#pragma once

#include "model/core/estimator.h"

// The booster is the constructor's call with the model's bytes, a format that XGBoost keeps, not
// its own pickle, a snapshot of memory that one version reads.
void boost_pickle(const model_t *model, const class_names_t *classes, buf_t *out);
