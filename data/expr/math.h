// SPDX-License-Identifier: MPL-2.0
// Functions of one or two numbers. What is not finite becomes missing and is counted.
#pragma once

#include "data/expr/call.h"

kernel_t math_ceil;
kernel_t math_floor;
kernel_t math_trunc;
kernel_t math_round; // half to even, scaled by a power of ten as numpy does
kernel_t math_sqrt;
kernel_t math_exp;
kernel_t math_log; // natural, or to the base that is the second argument
kernel_t math_log10;
kernel_t math_log2;
kernel_t math_log1p;
kernel_t math_sin;
kernel_t math_cos;
kernel_t math_tan;
kernel_t math_asin;
kernel_t math_acos;
kernel_t math_atan;
kernel_t math_atan2;
kernel_t math_clip;
