// SPDX-License-Identifier: MPL-2.0
// How mixed the rows of a node are, and what is known of them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { CRITERION_GINI, CRITERION_ENTROPY, CRITERION_SQUARED_ERROR } criterion_t;

// A row as a tree sees it.
typedef struct {
    double weight; // 0: the tree does not know the row
    union {
        int32_t class;
        double target;
    };
} sample_t;

// Sums over the rows of a node.
typedef struct {
    criterion_t criterion;
    size_t classes_count; // 0: the samples have targets
    double weight;
    double *classes; // weight of each class. Borrowed.
    double sum;      // of weight * target
    double squares;  // of weight * target * target
    bool pure;       // all targets are equal: rounding must not hide it
} tally_t;

// Sums up; criterion, classes_count and the memory of classes are set. `count` is above 0.
void tally_rows(tally_t *tally, const sample_t *samples, const uint32_t *rows, size_t count);

// Gini impurity, entropy in bits, or variance: L. Breiman, J. Friedman, R. Olshen, C. Stone,
// Classification and Regression Trees (1984), as scikit-learn computes them.
double tally_impurity(const tally_t *tally);

// What a leaf answers: the share of each class, or the mean.
void tally_value(const tally_t *tally, double *ret);
