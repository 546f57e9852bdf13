// SPDX-License-Identifier: MPL-2.0
// The score that models are compared by.
#pragma once

#include <jansson.h>

#include "learn/sample.h"

// The request's score, or score_of_choice of the sample's rows. Lives as long as the program.
const char *yardstick_of(const request_t *request, const sample_t *sample);

// Why it is that one, for people: "the request asks for it". Constant.
const char *yardstick_reason(const request_t *request, const sample_t *sample);

// Orders a leaderboard (rows of trial_run) by `score`, the best first; each row's "score" becomes
// that one, and its "sd", which is of another score, goes. Rows of all rows come before those with
// a "rows_share", rows without the score last; equal ones keep their order. A new reference.
json_t *yardstick_order(const json_t *board, const char *score);
