// SPDX-License-Identifier: MPL-2.0
#include "data/points.h"

#include <math.h>

points_t points_of_values(const values_t *sorted)
{
    return (points_t){
        .values = sorted->items, .count = sorted->count, .total = (int64_t)sorted->count};
}

static int64_t weight(const points_t *points, size_t i)
{
    return points->weights ? points->weights[i] : 1;
}

// The value at `rank` (from 0) when every value stands as often as its weight says.
static double at_rank(const points_t *points, int64_t rank)
{
    if (!points->weights) {
        return points->values[rank];
    }
    size_t i = 0;
    while (rank >= points->weights[i]) {
        rank -= points->weights[i++];
    }
    return points->values[i];
}

double points_quantile(const points_t *points, double q)
{
    double place = (double)(points->total - 1) * q;
    int64_t rank = (int64_t)floor(place);
    double part = place - (double)rank;
    double low = at_rank(points, rank);
    if (part == 0) {
        return low;
    }
    double high = at_rank(points, rank + 1);
    double step = high - low;
    return part < 0.5 ? low + step * part : high - step * (1 - part);
}

double points_mode(const points_t *points)
{
    double best = 0;
    int64_t most = 0;
    int64_t here = 0;
    for (size_t i = 0; i < points->count; i++) {
        bool same = i > 0 && points->values[i] == points->values[i - 1];
        here = weight(points, i) + (same ? here : 0);
        if (here > most) {
            most = here;
            best = points->values[i];
        }
    }
    return best;
}

moments_t points_moments(const points_t *points)
{
    moments_t moments = {0};
    for (size_t i = 0; i < points->count; i++) {
        moments_add_times(&moments, points->values[i], weight(points, i));
    }
    return moments;
}
