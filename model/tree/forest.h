// SPDX-License-Identifier: MPL-2.0
// The trees of a forest: how they grow, and what they answer together.
#pragma once

#include "model/tree/growth.h"
#include "model/tree/tree.h"

typedef struct {
    size_t trees;
    size_t draws;    // rows that each tree draws, a row as often as it comes; 0: all rows, once
    bool out_of_bag; // is the score wanted
} forestry_t;

typedef struct {
    tree_t *trees;
    size_t count;
    // Accuracy, or R2, on the rows, each answered by the trees that did not draw it; rows that all
    // drew are left out. NAN: not known.
    double out_of_bag;
} forest_t;

// Grows the trees side by side. Errors: CANCELLED; those of columns_make.
err_t forest_grow(const lesson_t *lesson, const fit_t *how, const growth_t *growth,
                  const forestry_t *forestry, forest_t *ret_forest, fault_t *fault);

// The mean of the trees' answers: `width` numbers a row.
void forest_answer(const forest_t *forest, const matrix_t *matrix, double *ret);

void forest_release(forest_t *forest);
