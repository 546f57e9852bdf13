// SPDX-License-Identifier: MPL-2.0
#pragma once

#include "data/csv/scanner.h"

// The scanner for processors with AVX2, BMI1, BMI2, POPCNT and PCLMUL; exists on x86-64 only.
const scanner_t *scanner_avx2(void);
