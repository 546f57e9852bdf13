// SPDX-License-Identifier: MPL-2.0
#include "learn/figures.h"

#include <math.h>

json_t *figures_real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *figures_reals(const double *values, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, figures_real(values[i]));
    }
    return list;
}

json_t *figures_counts(const int64_t *values, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_integer(values[i]));
    }
    return list;
}
