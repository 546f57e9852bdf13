// SPDX-License-Identifier: MPL-2.0
// A few numbers that are worked on together, as the compiler's vectors: registers where the
// processor has them.
#pragma once

#include <stdint.h>

enum { LANES = 4 };

// May lie wherever a double may.
typedef double lanes_t
    __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double))));
typedef uint64_t lanes_bits_t __attribute__((vector_size(LANES * sizeof(uint64_t))));

// exp() of numbers that are not above 0: 2^n exp(r) with x = n log 2 + r (W. J. Cody and W. Waite,
// Software Manual for the Elementary Functions, 1980), exp(r) by its Taylor series up to a degree,
// |r| <= log(2) / 2: within 4e-16 of the result for LANES_EXACT, and 3e-10 for LANES_FLOAT, which
// is enough for a float. Below -708 it is 0.
enum { LANES_FLOAT = 8, LANES_EXACT = 12 };

static inline void lanes_exp(lanes_t *x, unsigned degree)
{
    static const double half_way = 0x1.8p52; // adding it leaves the nearest integer in the low bits
    static const double log2_high = 0x1.62e42feep-1; // its product with n has no rounding error
    static const double log2_low = 0x1.a39ef35793c76p-33;
    static const double series[] = {1.0 / 479001600,
                                    1.0 / 39916800,
                                    1.0 / 3628800,
                                    1.0 / 362880,
                                    1.0 / 40320,
                                    1.0 / 5040,
                                    1.0 / 720,
                                    1.0 / 120,
                                    1.0 / 24,
                                    1.0 / 6,
                                    0.5,
                                    1,
                                    1};
    lanes_bits_t inside = (lanes_bits_t)(*x >= -708);
    lanes_t shifted = *x * 0x1.71547652b82fep0 + half_way;
    lanes_t n = shifted - half_way;
    lanes_t r = (*x - n * log2_high) - n * log2_low;
    lanes_t sum = r * series[LANES_EXACT - degree] + series[LANES_EXACT - degree + 1];
    for (unsigned i = LANES_EXACT - degree + 2; i <= LANES_EXACT; i++) {
        sum = sum * r + series[i];
    }
    *x = (lanes_t)(((lanes_bits_t)sum + ((lanes_bits_t)shifted << 52)) & inside);
}
