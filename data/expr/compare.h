// SPDX-License-Identifier: MPL-2.0
// Comparisons: numbers by value, texts by their bytes, false before true.
#pragma once

#include "data/expr/call.h"

kernel_t compare_equal;
kernel_t compare_different;
kernel_t compare_less;
kernel_t compare_at_most;
kernel_t compare_greater;
kernel_t compare_at_least;
kernel_t compare_between;

// Negative, zero or positive: `a` comes before `b`, is the same or comes behind.
int compare_texts(text_t a, text_t b);

// Whether cell `i` of two arguments of one type is the same value; both have one.
bool compare_same(const call_t *call, size_t a, size_t b, size_t i);
