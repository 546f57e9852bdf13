// SPDX-License-Identifier: MPL-2.0
// Whether a booster's bytes are what XGBoost would have written for a model
// (https://xgboost.readthedocs.io/en/release_1.7.0/tutorials/saving_model.html). It must be asked
// first: XGBoost believes what it reads, and a wrong index ends the process.
#pragma once

#include "model/core/estimator.h"

// True when the booster is of the model's task, columns and classes, all lists of a tree are of one
// length, and children come behind their parents.
bool examine(const model_t *model, const buf_t *bytes);
