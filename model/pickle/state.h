// SPDX-License-Identifier: MPL-2.0
// How a fitted estimator is written: the constructor's call, then its state.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

// Opens an estimator and its state dict.
void state_begin(buf_t *out, const char *module, const char *name);

// Closes the state; the installed scikit-learn's own version goes in, so that it does not warn.
void state_end(buf_t *out);

// Entries of the state.
void state_none(buf_t *out, const char *key);
void state_bool(buf_t *out, const char *key, bool value);
void state_integer(buf_t *out, const char *key, int64_t value);
void state_float(buf_t *out, const char *key, double value);
void state_text(buf_t *out, const char *key, const char *value);
void state_doubles(buf_t *out, const char *key, const double *data, size_t count);

// n_features_in_ and, when `name` is not NULL, feature_names_in_ of an estimator of one column.
void state_one_column(buf_t *out, const char *name);
