// SPDX-License-Identifier: MPL-2.0
#include "base/eta.h"

#include <stdio.h>

enum {
    TELLS_AFTER_MS = 2000, // what starts says little of what follows
    SECOND_MS = 1000,
    MINUTE_S = 60,
    HOUR_MIN = 60,
    HOURS_FROM_MIN = 90,
    COARSE_S = 5,
};

static const double TELLS_FROM = 0.01;
static const double LONGEST_MS = 30.0 * 24 * 3600 * 1000;

int64_t eta_note(eta_t *eta, int64_t now_ms, double fraction, bool rests)
{
    if (eta->seen_ms > 0 && !rests) {
        eta->worked_ms += now_ms - eta->seen_ms;
    }
    eta->seen_ms = now_ms;
    if (rests || eta->worked_ms < TELLS_AFTER_MS || fraction < TELLS_FROM || fraction >= 1) {
        return 0;
    }
    double left_ms = (double)eta->worked_ms * (1 - fraction) / fraction;
    return left_ms < LONGEST_MS ? (int64_t)left_ms + 1 : (int64_t)LONGEST_MS; // never 0
}

static void put(char text[ETA_TEXT_SIZE], int64_t count, const char *unit)
{
    snprintf(text, ETA_TEXT_SIZE, "about %lld %s left", (long long)count, unit);
}

void eta_text(int64_t left_ms, char text[ETA_TEXT_SIZE])
{
    int64_t seconds = (left_ms + SECOND_MS - 1) / SECOND_MS;
    int64_t minutes = (seconds + MINUTE_S / 2) / MINUTE_S;
    if (left_ms <= 0) {
        text[0] = '\0';
    } else if (seconds <= COARSE_S) {
        snprintf(text, ETA_TEXT_SIZE, "a few seconds left");
    } else if (seconds < MINUTE_S) {
        put(text, (seconds + COARSE_S - 1) / COARSE_S * COARSE_S, "s");
    } else if (minutes < HOURS_FROM_MIN) {
        put(text, minutes, "min");
    } else {
        put(text, (minutes + HOUR_MIN / 2) / HOUR_MIN, "h");
    }
}
