// SPDX-License-Identifier: MPL-2.0
// Count, mean, population standard deviation, minimum and maximum of a stream of numbers.
//
// Sums are those of the distances from the first number, in two doubles each (error-free
// transformations: T. J. Dekker, "A floating-point technique for extending the available
// precision", 1971). So mean and sd are right to the last bits whatever the mean is, and merging
// blocks of another size changes nothing that shows.
#pragma once

#include <stddef.h>
#include <stdint.h>

// An unevaluated sum of two doubles, about 106 bits.
typedef struct {
    double high;
    double low;
} wide_t;

typedef struct {
    int64_t count;
    wide_t origin; // the first number
    wide_t sum;    // of the distances from the origin, and of their squares
    wide_t squares;
    double min; // 0 while count is 0
    double max;
} moments_t;

// Adds a number, `times` times.
void moments_add(moments_t *moments, double value);
void moments_add_times(moments_t *moments, double value, int64_t times);

// The moments of a block of numbers, those whose `valid` byte is set (NULL: all). In plain doubles
// around the block's own mean, which costs a tenth and is right to about 1e-15 of the spread.
moments_t moments_of(const double *values, const uint8_t *valid, size_t count);

// The same for numbers of which `there` (not 0) are there, the others being zeros, and whose range
// is known: far less than what overflows a sum.
moments_t moments_of_range(const double *values, const uint8_t *valid, size_t count, size_t there,
                           double min, double max);

// Adds what another stretch of the stream holds.
void moments_merge(moments_t *moments, const moments_t *other);

// The moments of (x - center) / spread for every x, spread above 0.
void moments_scale(moments_t *moments, double center, double spread);

// The mean and the population standard deviation; count is above 0. Not finite when the numbers are
// too large for their sum or their squares.
double moments_mean(const moments_t *moments);
double moments_sd(const moments_t *moments);
