// SPDX-License-Identifier: MPL-2.0
// How long work tells how far it is, and learns that nobody wants it any more.
#pragma once

#include <stdbool.h>

// Called now and then with a fraction from 0 to 1 (it never goes back) and a short text, which is
// valid during the call.
// Answering false cancels the work: it ends soon with ERR_CANCELLED.
typedef bool (*progress_fn)(void *context, double fraction, const char *stage);

// A stretch of the work: what happens inside it counts from `from` to `to`. All zero means that
// nobody listens.
typedef struct {
    progress_fn report; // NULL: nobody listens
    void *context;
    double from;
    double to; // 0 means 1
} progress_t;

// Reports `fraction` of this stretch; true when the work shall go on. `progress` may be NULL.
bool progress_report(const progress_t *progress, double fraction, const char *stage);

// The part of the stretch from `from` to `to` (0 to 1), for work made of several parts.
progress_t progress_part(const progress_t *progress, double from, double to);
