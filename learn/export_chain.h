// SPDX-License-Identifier: MPL-2.0
// The transformers of a column as they are written, one behind the other, into a Pipeline.
#pragma once

#include "learn/export_steps.h"

typedef struct {
    buf_t *out;
    const branch_t *branch;
    const char *name; // the column's, while the next estimator still sees the DataFrame
    bool table;       // it begins with the table
    bool filled;      // nothing is missing any more
    size_t stages;
    int64_t samples;
} chain_t;

// Whether pandas has texts where a column is of this type.
bool chain_is_text(type_t type);

// Opens the next stage, ("step1", estimator), and the estimator's state; closes both.
void chain_begin(chain_t *chain, const char *module, const char *estimator);
void chain_end(chain_t *chain);

// A StandardScaler that does nothing but turn integers and truth values into an array of floats,
// which imputers and encoders of floats ask for.
void chain_cast(chain_t *chain);

// A FunctionTransformer that calls numpy's function of this name. Its keywords are pushed between
// the two, as a dict.
void chain_function(chain_t *chain, const char *name);
void chain_function_end(chain_t *chain);

// A value by its code, from -1 to count - 2: values[0] is that of -1. What is missing stays so.
void chain_lookup(chain_t *chain, const double *values, size_t count);
