// SPDX-License-Identifier: MPL-2.0
// How likely counts are, and how even.
#pragma once

#include <stddef.h>
#include <stdint.h>

// The p-value of a chi-squared test of counts against an even distribution (as scipy's chisquare):
// near 1 when they are more even than chance makes them. NaN below two counts or without any.
double chance_even(const int64_t *counts, size_t count);

// 1 - entropy / log2(count): 0 when all counts are the same, near 1 when one has nearly all. 0
// below two counts.
double chance_imbalance(const int64_t *counts, size_t count);
