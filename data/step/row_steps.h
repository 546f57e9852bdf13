// SPDX-License-Identifier: MPL-2.0
// What the kinds of steps that keep some rows are made of (the table is in rows.c).
#pragma once

#include "data/step/step.h"

// --- filter: rows for which an expression is true
// -------------------------------------------------

err_t row_filter_open(call_t *call, json_t *names, fault_t *fault);
err_t row_filter_prepare(call_t *call, fault_t *fault);
err_t row_filter_keep(const call_t *call, const place_t *place, const vector_t *inputs,
                      uint8_t *ret_keep, fault_t *fault);
void row_filter_release(void *tool);

// --- head, tail, sample: rows by their numbers among those that reach the step
// --------------------

// Counts the rows of each stripe, so that every row has a number.
extern const learner_t ROW_PLACES;

err_t row_sample_prepare(call_t *call, fault_t *fault);
err_t row_head_keep(const call_t *call, const place_t *place, const vector_t *inputs,
                    uint8_t *ret_keep, fault_t *fault);
err_t row_tail_keep(const call_t *call, const place_t *place, const vector_t *inputs,
                    uint8_t *ret_keep, fault_t *fault);
err_t row_sample_keep(const call_t *call, const place_t *place, const vector_t *inputs,
                      uint8_t *ret_keep, fault_t *fault);

// Makes call->params; finds where the sample ends.
err_t row_places_finish(call_t *call, fault_t *fault);
err_t row_sample_finish(call_t *call, fault_t *fault);

// --- deduplicate: the first of equal rows
// ---------------------------------------------------------

enum { ROW_REPEAT_SLOTS = 4 << 20 }; // keys of 16 bytes that are held in memory, a power of two

extern const learner_t ROW_REPEAT;
err_t row_repeat_keep(const call_t *call, const place_t *place, const vector_t *inputs,
                      uint8_t *ret_keep, fault_t *fault);
