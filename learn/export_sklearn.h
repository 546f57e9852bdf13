// SPDX-License-Identifier: MPL-2.0
// A trained model as a scikit-learn Pipeline in a pickle.
//
// Pipeline([("prep", ColumnTransformer), ("model", the estimator)]) takes a pandas DataFrame with
// the raw columns, as pandas.read_csv gives it; steps that join columns stand between the two
// (learn/export_stages.h). It loads in scikit-learn 0.23 and later without a
// warning: estimators are made by their own constructors (so every parameter that the installed
// version knows is there) and then given the fitted state, with the version of the installed
// scikit-learn.
//
// As in our own prediction, a value that was not there in training becomes 0 in every one_hot
// column and -1 as a label. Truth values become the numbers 0 and 1 at the entrance, whether pandas
// made a column of bools or, with missing values, of objects. Filters of rows are not part of the
// pipeline: a row with a missing value that no step fills makes predict() fail.
#pragma once

#include "base/buf.h"
#include "learn/export.h"

// Appends the pickle. Errors: UNSUPPORTED for a step without a counterpart, which is named.
err_t export_sklearn(const export_t *source, buf_t *out, fault_t *fault);
