// SPDX-License-Identifier: MPL-2.0
// Curves of a ranking, sized for a screen.
//
// A curve of more than CURVE_POINTS_MAX points is thinned: it begins with its ends, and takes in
// the point that is farthest from the line through its neighbours, again and again (D. H. Douglas
// and T. K. Peucker, 1973, with a number of points where theirs has a tolerance). So corners stay.
#pragma once

#include "model/score/ranking.h"

enum { CURVE_POINTS_MAX = 200 };

typedef struct {
    double x[CURVE_POINTS_MAX];
    double y[CURVE_POINTS_MAX];
    size_t count;
} curve_t;

// The ROC curve: false positive rates (x) and true positive rates (y), from 0, 0 to 1, 1. Points
// are those of sklearn.metrics.roc_curve with drop_intermediate=False. The ranking has positives
// and negatives.
void curve_roc(const ranking_t *ranking, curve_t *ret_curve);

// The precision-recall curve: recalls (x) and precisions (y), from recall 0, where the precision is
// 1 by convention, to recall 1. Points are those of sklearn.metrics.precision_recall_curve, the
// other way round. The ranking has positives.
void curve_precision_recall(const ranking_t *ranking, curve_t *ret_curve);

enum { GAIN_PARTS = 10 };

// The share of all positives among the first 1/10, 2/10, ... of the rows by rank. Rows of one value
// count as if they were mixed evenly: the line between cuts. The ranking has positives.
void curve_gain(const ranking_t *ranking, double ret_gain[GAIN_PARTS]);
