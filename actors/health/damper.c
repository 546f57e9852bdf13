// SPDX-License-Identifier: MPL-2.0
#include "actors/health/damper.h"

static void turn_over(damper_t *damper, int64_t now_ms)
{
    if (now_ms >= damper->until_ms) {
        damper->until_ms = now_ms + DAMPER_WINDOW_MS;
        damper->mails = 0;
    }
}

bool damper_take(damper_t *damper, int64_t now_ms)
{
    if (damper->held == 0) {
        turn_over(damper, now_ms);
    }
    if (damper->held > 0 || damper->mails == DAMPER_MAILS) {
        damper->held++;
        return false;
    }
    damper->mails++;
    return true;
}

int damper_release(damper_t *damper, int64_t now_ms)
{
    int held = damper->held;
    if (held == 0 || now_ms < damper->until_ms) {
        return 0;
    }
    turn_over(damper, now_ms);
    damper->held = 0;
    damper->mails = 1;
    return held;
}
