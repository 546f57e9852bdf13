// SPDX-License-Identifier: MPL-2.0
#include "model/score/curve.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

typedef struct {
    double x;
    double y;
} point_t;

// --- Thinning ----------------------------------------------------------------------------------

// The points between two that are kept, and the one of them that is farthest from the line.
typedef struct {
    size_t from;
    size_t to;
    size_t far;
    double distance;
} span_t;

static span_t span_of(const point_t *points, size_t from, size_t to)
{
    span_t span = {from, to, from, -1};
    double dx = points[to].x - points[from].x;
    double dy = points[to].y - points[from].y;
    double length = hypot(dx, dy);
    for (size_t i = from + 1; i < to; i++) {
        double px = points[i].x - points[from].x;
        double py = points[i].y - points[from].y;
        double distance = length > 0 ? fabs(dx * py - dy * px) / length : hypot(px, py);
        if (distance > span.distance) {
            span.far = i;
            span.distance = distance;
        }
    }
    return span;
}

// Marks the points that stay.
static void choose(const point_t *points, size_t count, bool *ret_stays)
{
    span_t spans[CURVE_POINTS_MAX];
    size_t spans_count = 1;
    spans[0] = span_of(points, 0, count - 1);
    ret_stays[0] = true;
    ret_stays[count - 1] = true;
    while (spans_count < CURVE_POINTS_MAX - 1) {
        size_t widest = 0;
        for (size_t i = 1; i < spans_count; i++) {
            widest = spans[i].distance > spans[widest].distance ? i : widest;
        }
        span_t span = spans[widest];
        ret_stays[span.far] = true;
        spans[widest] = span_of(points, span.from, span.far);
        spans[spans_count++] = span_of(points, span.far, span.to);
    }
}

static void thin(const point_t *points, size_t count, curve_t *ret_curve)
{
    bool *stays = mem_array(count, sizeof *stays);
    bool all = count <= CURVE_POINTS_MAX;
    if (!all) {
        choose(points, count, stays);
    }
    ret_curve->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (all || stays[i]) {
            ret_curve->x[ret_curve->count] = points[i].x;
            ret_curve->y[ret_curve->count++] = points[i].y;
        }
    }
    free(stays);
}

// --- Curves ------------------------------------------------------------------------------------

void curve_roc(const ranking_t *ranking, curve_t *ret_curve)
{
    point_t *points = mem_array(ranking->count + 1, sizeof *points);
    for (size_t i = 0; i < ranking->count; i++) {
        const cut_t *cut = &ranking->items[i];
        points[i + 1] = (point_t){(double)cut->negatives / (double)ranking->negatives,
                                  (double)cut->positives / (double)ranking->positives};
    }
    thin(points, ranking->count + 1, ret_curve);
    free(points);
}

void curve_precision_recall(const ranking_t *ranking, curve_t *ret_curve)
{
    point_t *points = mem_array(ranking->count + 1, sizeof *points);
    points[0] = (point_t){0, 1};
    for (size_t i = 0; i < ranking->count; i++) {
        const cut_t *cut = &ranking->items[i];
        points[i + 1] =
            (point_t){(double)cut->positives / (double)ranking->positives,
                      (double)cut->positives / (double)(cut->positives + cut->negatives)};
    }
    thin(points, ranking->count + 1, ret_curve);
    free(points);
}

void curve_gain(const ranking_t *ranking, double ret_gain[GAIN_PARTS])
{
    double all = (double)(ranking->positives + ranking->negatives);
    double rows = 0;
    double found = 0;
    size_t cut = 0;
    for (size_t part = 0; part < GAIN_PARTS; part++) {
        double wanted = all * (double)(part + 1) / GAIN_PARTS;
        const cut_t *next = &ranking->items[cut];
        while ((double)(next->positives + next->negatives) < wanted) {
            rows = (double)(next->positives + next->negatives);
            found = (double)next->positives;
            next = &ranking->items[++cut];
        }
        double share = (wanted - rows) / ((double)(next->positives + next->negatives) - rows);
        double here = found + share * ((double)next->positives - found);
        ret_gain[part] = here / (double)ranking->positives;
    }
}
