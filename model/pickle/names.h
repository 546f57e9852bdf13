// SPDX-License-Identifier: MPL-2.0
// The labels of classes in scikit-learn's order, as a fitted classifier's classes_ has them.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

typedef enum { NAMES_INTEGER, NAMES_NUMBER, NAMES_TRUTH, NAMES_TEXT } names_type_t;

// One of the arrays is there, `count` long, ascending. Borrowed.
typedef struct {
    names_type_t type;
    size_t count;
    const int64_t *integers; // INTEGER and TRUTH
    const double *numbers;
    const char *const *texts; // UTF-8
} class_names_t;

// Pushes the numpy array.
void pickle_names(buf_t *out, const class_names_t *names);
