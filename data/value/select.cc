// SPDX-License-Identifier: MPL-2.0
#include "data/value/select.h"

#include <algorithm>

double select_rank(double *values, size_t count, size_t rank)
{
    std::nth_element(values, values + rank, values + count);
    return values[rank];
}
