// SPDX-License-Identifier: MPL-2.0
// How good a forest is on rows that its trees did not learn from.
#pragma once

#include "model/tree/criterion.h"
#include "model/tree/tree.h"

typedef struct {
    const lesson_t *lesson;
    size_t width;
    double *sums;     // of answers: `width` a row
    uint32_t *counts; // of answers
} out_of_bag_t;

out_of_bag_t out_of_bag_new(const lesson_t *lesson);

// Adds the tree's answers to the rows whose sample has no weight.
void out_of_bag_add(out_of_bag_t *bag, const tree_t *tree, const sample_t *samples);

// Accuracy, or R2; NAN when no row has an answer, or all targets are equal.
double out_of_bag_score(const out_of_bag_t *bag);

void out_of_bag_release(out_of_bag_t *bag);
