// SPDX-License-Identifier: MPL-2.0
// How long work will probably go on, judged by how far it came in the time it had.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// All zero before the first report.
typedef struct {
    int64_t worked_ms; // so far, without rests
    int64_t seen_ms;   // the last report; 0: none
} eta_t;

// Takes a report at a moment of a clock that never steps: a fraction from 0 to 1 is done, and the
// work `rests` (a person let it pause) until the next one. The milliseconds that are probably left;
// 0 while that cannot be told: at the start, and during a rest.
int64_t eta_note(eta_t *eta, int64_t now_ms, double fraction, bool rests);

enum { ETA_TEXT_SIZE = 32 };

// Writes what is left for people, "about 25 s left"; nothing for 0.
void eta_text(int64_t left_ms, char text[ETA_TEXT_SIZE]);
