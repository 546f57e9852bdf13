// SPDX-License-Identifier: MPL-2.0
// The parameters of an estimator: a table of what it takes, and a document read against it.
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/fault.h"

typedef enum {
    PARAM_NUMBER,
    PARAM_INTEGER,
    PARAM_BOOLEAN,
    PARAM_CHOICE, // one of `choices`
} param_type_t;

// One parameter. Numbers and integers lie in [min, max]. Names and defaults are scikit-learn's.
typedef struct {
    const char *name;
    param_type_t type;
    const char *initial; // the default, as JSON: "1.0", "\"rbf\"", "null"
    double min;
    double max;
    const char *choices; // "a|b|c"
    bool optional;       // null is a value too: no limit
    bool words;          // PARAM_NUMBER: one of `choices` is a value too ("scale")
    const char *search;  // what a search tries, as JSON: a list of values, or {"from", "to",
                         // "scale": "log"|"linear", "integer"}; NULL: it is left alone
    const char *help;    // one sentence
} param_t;

// Reads a document ({name: value}; NULL: nothing is said) against a table that ends with a name of
// NULL: all parameters, those that are absent with their defaults. The caller owns *ret_params.
// Errors: HYPERPARAMETER, naming the parameter and what it may be.
err_t params_read(const param_t *table, const json_t *json, json_t **ret_params, fault_t *fault);

// The table as JSON for forms, commands and docs: [{"name", "type", "default", "min", "max",
// "choices", "optional", "search", "help"}]. A new reference.
json_t *params_to_json(const param_t *table);

// A value of params_read. The parameter is in the table.
double params_number(const json_t *params, const char *name);
int64_t params_integer(const json_t *params, const char *name);
bool params_flag(const json_t *params, const char *name);
bool params_is_null(const json_t *params, const char *name);
const char *params_text(const json_t *params, const char *name); // NULL when it is no text
bool params_chose(const json_t *params, const char *name, const char *choice);
