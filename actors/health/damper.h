// SPDX-License-Identifier: MPL-2.0
// How often one actor may be the reason of a mail: an outage and its end at once, and whatever else
// happens within a minute in one mail at the end of it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { DAMPER_WINDOW_MS = 60 * 1000, DAMPER_MAILS = 2 };

// All zeros is one that has let nothing through.
typedef struct {
    int64_t until_ms; // monotonic end of the window
    int mails;        // in it
    int held;         // events that wait for its end
} damper_t;

// Whether a mail about an event may go now; otherwise the event is held.
bool damper_take(damper_t *damper, int64_t now_ms);

// How many held events are due for one mail now; 0 when there are none, or not yet. Takes them.
int damper_release(damper_t *damper, int64_t now_ms);
