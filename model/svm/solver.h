// SPDX-License-Identifier: MPL-2.0
// The quadratic program behind every support vector machine:
//   least of v'K v / 2 - linear'v + margin |v|, each v between its bounds, each side's sum kept.
//
// Two variables at a time are moved against each other, the first one the most violating, the
// second the one with which a step gains most (R.-E. Fan, P.-H. Chen and C.-J. Lin, JMLR 6:1889,
// 2005); variables that will stay at a bound are left out until the end (C.-C. Chang and C.-J. Lin,
// ACM TIST 2:27, 2011, sections 4 and 5). A variable is y * alpha of the papers, so that a move is
// up or down (L. Bottou and C.-J. Lin, Large Scale Kernel Machines, 2007); for regression it is
// alpha - alpha*, which may cross 0 where the papers have two variables.
#pragma once

#include "base/progress.h"
#include "model/svm/gram.h"

enum { SOLVER_SIDES = 2 };

// Arrays have an item for each row of the Gram matrix, which the solver puts in another order.
// Borrowed.
typedef struct {
    gram_t *gram;
    const double *linear;
    const double *low; // low <= 0 <= high
    const double *high;
    const uint8_t *sides; // 0 or 1; NULL: all 0
    size_t sides_count;
    double margin;
    double tol;                 // ends when no move improves a score by more
    size_t cache_bytes;         // of columns of the kernel
    size_t threads;             // of sums over all rows
    int64_t steps_max;          // 0: ten million, or 100 a row if that is more
    const progress_t *progress; // may be NULL; answering false ends with CANCELLED
} solver_t;

typedef struct {
    double borders[SOLVER_SIDES]; // of each side: the score where neither move gains
    double objective;
    int64_t steps;
    bool converged; // false: it ran out of steps
} solution_t;

// Solves, from values that are within their bounds. The borders of a side are not finite when
// every variable of it is at the same bound, or the kernel's values are not. Errors: MEMORY,
// CANCELLED.
err_t solver_run(const solver_t *solver, double *values, solution_t *ret_solution, fault_t *fault);
