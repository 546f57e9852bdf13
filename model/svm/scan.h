// SPDX-License-Identifier: MPL-2.0
// The solver's passes over all variables that it works on, several at a time.
//
// Counts and places are multiples of SCAN_STEP; where a variable may not move up, `up` is minus
// infinity, and where it may not move down, `low` is plus infinity. Of equals the last counts.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { SCAN_STEP = 8 };

// The most that any variable gains by moving up, and the least that any loses by moving down.
typedef struct {
    double most;
    size_t most_at;
    double least;
} ends_t;

extern const ends_t ENDS_NONE;

// Adds to *ends those of scores + up and scores + low from `begin` to `end`.
void scan_ends(const double *scores, const double *up, const double *low, size_t begin, size_t end,
               ends_t *ends);

// What a variable and a partner gain by a step: gain = above^2 / bend, the second-order choice.
typedef struct {
    double gain; // 0: there is no partner
    size_t at;
} partner_t;

// The best partner for a variable whose score + up is `most`: its kernel with itself is `own`, and
// with the first `count` others `column`; these have `owns`. A bend that is not above 0 counts as
// SCAN_BEND.
partner_t scan_partner(const double *scores, const double *low, const float *column,
                       const double *owns, double most, double own, size_t count);

extern const double SCAN_BEND;

// scores -= step * (a - b) from `begin` to `end`
void scan_move(double *scores, const float *a, const float *b, double step, size_t begin,
               size_t end);
