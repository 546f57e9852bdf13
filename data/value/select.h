// SPDX-License-Identifier: MPL-2.0
// The value of a rank among unordered ones.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// The value that would stand at `rank` (< count) if the values, none of which is NaN, were sorted.
// Moves them about; takes time in proportion to their number (std::nth_element).
double select_rank(double *values, size_t count, size_t rank);

#ifdef __cplusplus
}
#endif
