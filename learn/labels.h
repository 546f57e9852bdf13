// SPDX-License-Identifier: MPL-2.0
// The classes of a target column, in scikit-learn's order: numbers by value, texts by bytes.
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "data/value/levels.h"
#include "data/value/vector.h"

enum {
    LABELS_MAX = 1000,
    LABELS_BYTES = 1024, // a label
    LABELS_NONE = -1,
};

typedef struct {
    char *text;      // as tables write it ("Adelie", "3", "0.5", "true")
    int64_t integer; // or truth
    double number;
    int64_t rows;
} label_t;

typedef struct {
    type_t type;    // INTEGER, FLOAT, BOOLEAN or TEXT
    label_t *items; // sorted
    size_t count;
    levels_t *index; // texts; a label's index here is its index in `items`, once sorted
} labels_t;

// No labels yet, of a column of this type: categories, dates and datetimes are texts here.
labels_t labels_new(type_t column);

// Counts a cell of the target and returns its label's index, which sorting changes. The cell is not
// missing; `cells` is of the labels' type, or of categories when that is TEXT. Errors: TARGET for
// too many or too long labels.
err_t labels_add(labels_t *labels, const vector_t *cells, size_t i, int32_t *ret_index,
                 fault_t *fault);

// Sorts the labels. ret_new[i] is what index i became; it has labels->count items.
void labels_sort(labels_t *labels, int32_t *ret_new);

// The label as a JSON text, integer, real or truth value. A new reference.
json_t *labels_to_json(const labels_t *labels, size_t i);

void labels_release(labels_t *labels);
