// SPDX-License-Identifier: MPL-2.0
// One border: between two classes, around one, or along numbers. The formulations are those of
// C.-C. Chang and C.-J. Lin, ACM TIST 2:27, 2011, section 2, their order of rows and their starting
// points included; a row's weight multiplies its bound, as in scikit-learn.
#pragma once

#include "model/svm/settings.h"

// What all borders that are looked for at the same time may keep of their kernels.
enum { BORDER_CACHE_BYTES = 144 << 20 };

// Rows of a lesson. Borrowed.
typedef struct {
    const matrix_t *matrix;
    const uint32_t *rows;
    size_t count;
    size_t first;          // COST, SHARE: of the first class, whose side is positive, are so many
    double costs[2];       // COST: factors of the two classes; else 1
    const double *targets; // CURVE: of the lesson
    const double *weights; // of the lesson; NULL: 1 each
    size_t cache_bytes;
    size_t threads;
    const progress_t *progress; // may be NULL
} border_rows_t;

// A row decides by the sum of coefficient * kernel over rows, plus the intercept.
typedef struct {
    double *coefficients; // of each row; 0: no support vector
    double intercept;     // not finite: there is no border
    double objective;
    int64_t steps;
    bool converged;
} border_t;

// Finds a border. The caller releases *ret_border. Errors: MEMORY, CANCELLED.
err_t border_find(const settings_t *settings, const border_rows_t *rows, border_t *ret_border,
                  fault_t *fault);
void border_release(border_t *border);

// Fills a machine of two groups that has no support vectors yet: all are of the first group.
void border_take(const border_t *border, const border_rows_t *rows, machine_t *machine);
