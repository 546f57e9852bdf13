// SPDX-License-Identifier: MPL-2.0
#include "model/core/document.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

json_t *document_numbers(const double *values, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_real(values[i]));
    }
    return list;
}

json_t *document_integers(const int32_t *values, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_integer(values[i]));
    }
    return list;
}

double *document_read_numbers(const json_t *json, const char *key, size_t count)
{
    const json_t *list = json_object_get(json, key);
    if (!json_is_array(list) || json_array_size(list) != count) {
        return NULL;
    }
    double *values = mem_array(count, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        values[i] = json_number_value(item);
        if (!json_is_number(item) || !isfinite(values[i])) {
            free(values);
            return NULL;
        }
    }
    return values;
}

int32_t *document_read_integers(const json_t *json, const char *key, size_t count, int32_t below)
{
    const json_t *list = json_object_get(json, key);
    if (!json_is_array(list) || json_array_size(list) != count) {
        return NULL;
    }
    int32_t *values = mem_array(count, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        json_int_t value = json_integer_value(item);
        if (!json_is_integer(item) || value < 0 || value >= below) {
            free(values);
            return NULL;
        }
        values[i] = (int32_t)value;
    }
    return values;
}

bool document_read_integer(const json_t *json, const char *key, int64_t min, int64_t max,
                           int64_t *ret_value)
{
    const json_t *item = json_object_get(json, key);
    json_int_t value = json_integer_value(item);
    if (!json_is_integer(item) || value < min || value > max) {
        return false;
    }
    *ret_value = value;
    return true;
}

err_t document_damaged(fault_t *fault)
{
    return fault_set(fault, ERR_CORRUPT, "train the model again",
                     "the model's document is damaged");
}
