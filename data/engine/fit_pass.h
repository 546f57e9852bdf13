// SPDX-License-Identifier: MPL-2.0
// One pass over the table for the calls that can learn now.
#pragma once

#include "data/engine/eval.h"
#include "data/engine/fit.h"

typedef struct {
    const fit_setup_t *setup;
    flow_t *flow;
    spot_t **active;
    size_t active_count;
    size_t *columns; // of the table
    size_t columns_count;
    size_t stride;  // every so manieth stripe is looked at
    bool sample;    // in front of the first pass
    eval_t **evals; // by slot
    void **parts;   // slot x active
    place_t *places;
} pass_t;

// Collects the columns that the active calls need together.
void pass_columns(pass_t *pass);

// Shows the stripes to the active calls, which have begun. Errors: those of the calls; CANCELLED.
err_t pass_run(pass_t *pass, fault_t *fault);

// Shows a sample of a large table to those active calls that have a use for one and have seen none.
err_t pass_sample(const pass_t *pass, fault_t *fault);
