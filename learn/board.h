// SPDX-License-Identifier: MPL-2.0
// The order of a leaderboard's rows (trial.h).
#pragma once

#include <jansson.h>
#include <stdbool.h>

// The place of a row by the score that counts, the better the higher; NAN without one.
double board_rank(const json_t *row, const char *score);

// Whether a row stands in front of another one: rows with a score first, of these the ones with
// scores of all rows, of these the better.
bool board_is_better(const json_t *row, const json_t *other, const char *score);

// The rows, the best in front; equal ones keep their order. A new reference.
json_t *board_sorted(const json_t *rows, const char *score);
