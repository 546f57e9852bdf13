// SPDX-License-Identifier: MPL-2.0
// + - * / // % ^ and signs. Integers are 64 bits; what passes them, a division by zero and what is
// not finite become missing and are counted.
#pragma once

#include "data/expr/call.h"

kernel_t arithmetic_add;
kernel_t arithmetic_subtract;
kernel_t arithmetic_multiply;
kernel_t arithmetic_divide;
kernel_t arithmetic_floor_divide; // rounds down, as Python's
kernel_t arithmetic_modulo;       // has the sign of the divisor, as Python's
kernel_t arithmetic_power;
kernel_t arithmetic_negative;
kernel_t arithmetic_abs;
kernel_t arithmetic_sign;

// Makes cells that are not finite missing: a division by zero where `divisors` (may be NULL) is
// zero, else a range loss.
void arithmetic_check(call_t *call, double *numbers, const vector_t *divisors);

// A copy of the argument: casts that change nothing.
kernel_t arithmetic_same;

// Integers and booleans as floats.
kernel_t arithmetic_float;
