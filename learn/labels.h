// SPDX-License-Identifier: MPL-2.0
// The classes of a target column, in scikit-learn's order: numbers by value, texts by bytes.
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "data/field.h"
#include "data/csv/reader.h"
#include "data/value/levels.h"

enum {
    LABELS_MAX = 1000,
    LABELS_BYTES = 1024, // a label
    LABELS_NONE = -1,
};

typedef struct {
    char *text; // as tables write it ("Adelie", "3", "0.5")
    int64_t integer;
    double number;
    int64_t rows;
} label_t;

typedef struct {
    type_t type;
    label_t *items; // sorted
    size_t count;
    levels_t *index; // texts; a label's index here is its index in `items`, once sorted
} labels_t;

labels_t labels_new(type_t type);

// Counts a target field and returns its label's index, which sorting changes. `field` is not
// missing. Errors: TARGET for too many or too long labels, CONFLICT for a field that is not of the
// type.
err_t labels_add(labels_t *labels, const reader_field_t *field, int32_t *ret_index, fault_t *fault);

// Sorts the labels. ret_new[i] is what index i became; it has labels->count items.
void labels_sort(labels_t *labels, int32_t *ret_new);

// The label as a JSON text, integer or real. A new reference.
json_t *labels_to_json(const labels_t *labels, size_t i);

void labels_release(labels_t *labels);
