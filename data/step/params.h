// SPDX-License-Identifier: MPL-2.0
// What a step learned of a column: a few numbers, a value, levels. Shared by reference.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/value/levels.h"

enum { PARAMS_NUMBERS = 4 };

typedef struct {
    atomic_int references;
    double numbers[PARAMS_NUMBERS]; // their names: step_kind_t.numbers
    bool is_value;                  // `value` or `text` is set
    bool is_number;                 // the value, or the levels, are numbers and not texts
    double value;
    char *text;       // terminated; owned
    levels_t *levels; // in the order of their codes; owned
    double *values;   // numbers, one a level or edges; owned
    size_t values_count;
    int64_t rows_dropped; // STEP_ROWS: how many rows went; -1: not known
    void *bound;          // places of rows and the like, for this table only
    void (*bound_free)(void *bound);
} params_t;

// Empty params with one reference; rows_dropped is -1.
params_t *params_new(void);

// One more reference.
params_t *params_share(params_t *params);

// Gives a reference back.
void params_release(params_t **params);
