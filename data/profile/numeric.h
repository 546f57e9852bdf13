// SPDX-License-Identifier: MPL-2.0
// What was learned of a column of numbers, dates or instants, and its part of the report.
#pragma once

#include <jansson.h>

#include "data/profile/facts.h"
#include "data/profile/spread.h"

typedef struct {
    key_code_t code;
    order_t order;
    spread_t spread;
    int64_t min; // keys
    int64_t max;
    double sum;
    __int128 total; // the exact sum of integers
} numeric_t;

// The column's variable; sets the facts' `uniform`. A new reference.
json_t *numeric_variable(facts_t *facts, const numeric_t *numeric);
