// SPDX-License-Identifier: MPL-2.0
#include "base/progress.h"

#include <stddef.h>

static double end_of(const progress_t *progress)
{
    return progress->to > 0 ? progress->to : 1;
}

bool progress_report(const progress_t *progress, double fraction, const char *stage)
{
    if (!progress || !progress->report) {
        return true;
    }
    double inside = fraction < 0 ? 0 : fraction > 1 ? 1 : fraction;
    double whole = progress->from + inside * (end_of(progress) - progress->from);
    return progress->report(progress->context, whole, stage);
}

progress_t progress_part(const progress_t *progress, double from, double to)
{
    if (!progress) {
        return (progress_t){0};
    }
    double length = end_of(progress) - progress->from;
    return (progress_t){.report = progress->report,
                        .context = progress->context,
                        .from = progress->from + from * length,
                        .to = progress->from + to * length};
}
