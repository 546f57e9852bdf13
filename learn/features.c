// SPDX-License-Identifier: MPL-2.0
#include "learn/features.h"

#include <stdlib.h>

#include "base/mem.h"

static const column_t *column_at(const features_t *features, size_t i)
{
    return &features->fit->columns.items[features->columns[i]];
}

static err_t check_numbers(const features_t *features, fault_t *fault)
{
    if (features->count == 0) {
        return fault_set(fault, ERR_HYPERPARAMETER, "keep at least one feature",
                         "'features': the recipe drops all of them");
    }
    for (size_t i = 0; i < features->count; i++) {
        const column_t *column = column_at(features, i);
        if (column->type == TYPE_TEXT) {
            fault_set(fault, ERR_COLUMN_TYPE,
                      "add an encode step for it, or take it out of the features",
                      "feature '%s' is text; an SVC needs numbers", column->name);
            fault_at(fault, 0, 0, column->name);
            return ERR_COLUMN_TYPE;
        }
    }
    return ERR_OK;
}

err_t features_new(const fit_t *fit, const request_t *request, features_t *ret_features,
                   fault_t *fault)
{
    const columns_t *columns = &fit->columns;
    features_t features = {.fit = fit, .request = request};
    features.columns = mem_array(columns->order_count, sizeof *features.columns);
    for (size_t f = 0; f < request->features_count; f++) {
        for (size_t i = 0; i < columns->order_count; i++) {
            if (columns->items[columns->order[i]].track == request->features[f]) {
                features.columns[features.count++] = columns->order[i];
            }
        }
    }
    err_t err = check_numbers(&features, fault);
    if (err != ERR_OK) {
        features_release(&features);
        return err;
    }
    *ret_features = features;
    return ERR_OK;
}

err_t features_row(const features_t *features, const reader_row_t *row, double *ret_x,
                   const column_t **ret_missing, fault_t *fault)
{
    value_t value = {.kind = VALUE_MISSING};
    size_t ready = SIZE_MAX; // the track that `value` is of: its columns stand together
    *ret_missing = NULL;
    for (size_t i = 0; i < features->count; i++) {
        const column_t *column = column_at(features, i);
        if (column->track != ready) {
            err_t err = transform_track(features->fit, row, column->track, &value, fault);
            if (err != ERR_OK) {
                return err;
            }
            ready = column->track;
        }
        value_t x = column->leaf ? transform_leaf(column, value) : value;
        if (x.kind == VALUE_MISSING && !*ret_missing) {
            *ret_missing = column;
        }
        ret_x[i] = x.number;
    }
    return ERR_OK;
}

const char *features_name(const features_t *features, size_t i)
{
    return column_at(features, i)->name;
}

void features_release(features_t *features)
{
    free(features->columns);
    *features = (features_t){0};
}
