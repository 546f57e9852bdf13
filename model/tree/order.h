// SPDX-License-Identifier: MPL-2.0
// The rows of a branch in ascending order of a feature.
#pragma once

#include "model/tree/branch.h"

// Sets values and rows of *ordered, in the cheapest way that the column has: from the order that is
// kept, by counting its levels, or by sorting. They are good until the next call. False: all rows
// have one value.
bool order_rows(grower_t *grower, const branch_t *branch, size_t feature, ordered_t *ordered);
