// SPDX-License-Identifier: MPL-2.0
#include "data/value/moments.h"

#include <math.h>
#include <stdbool.h>

#include "base/wide.h"

static wide_t two_sum(double a, double b)
{
    double sum = a + b;
    double part = sum - a;
    return (wide_t){sum, (a - (sum - part)) + (b - part)};
}

static wide_t two_product(double a, double b)
{
    double product = a * b;
    return (wide_t){product, fma(a, b, -product)};
}

static wide_t wide_add(wide_t a, wide_t b)
{
    wide_t sum = two_sum(a.high, b.high);
    return two_sum(sum.high, sum.low + (a.low + b.low));
}

static wide_t wide_times(wide_t a, double b)
{
    wide_t product = two_product(a.high, b);
    return two_sum(product.high, product.low + a.low * b);
}

static wide_t wide_product(wide_t a, wide_t b)
{
    wide_t product = two_product(a.high, b.high);
    return two_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

static wide_t wide_over(wide_t a, double b)
{
    double first = a.high / b;
    wide_t used = two_product(first, b);
    double rest = ((a.high - used.high) - used.low + a.low) / b;
    return two_sum(first, rest);
}

static wide_t negative(wide_t a)
{
    return (wide_t){-a.high, -a.low};
}

static void widen(moments_t *moments, double min, double max)
{
    if (moments->count == 0) {
        moments->min = min;
        moments->max = max;
        return;
    }
    moments->min = min < moments->min ? min : moments->min;
    moments->max = max > moments->max ? max : moments->max;
}

// The number's distance from the origin, which the first number sets.
static wide_t distance(moments_t *moments, double value)
{
    if (moments->count == 0) {
        moments->origin = (wide_t){value, 0};
    }
    return wide_add((wide_t){value, 0}, negative(moments->origin));
}

void moments_add(moments_t *moments, double value)
{
    moments_add_times(moments, value, 1);
}

void moments_add_times(moments_t *moments, double value, int64_t times)
{
    if (times <= 0) {
        return;
    }
    wide_t far = distance(moments, value);
    widen(moments, value, value);
    moments->count += times;
    moments->sum = wide_add(moments->sum, wide_times(far, (double)times));
    moments->squares =
        wide_add(moments->squares, wide_times(wide_product(far, far), (double)times));
}

// Four sums side by side, so that the processor adds them at once; which number goes into which sum
// depends on its place alone.
enum { LANES = 4 };

static double sum_of(const double lanes[LANES])
{
    return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

// Range, count and sum of the values that are there.
WIDE static double survey(const double *values, const uint8_t *valid, size_t count,
                          moments_t *moments)
{
    double sums[LANES] = {0};
    double min[LANES] = {INFINITY, INFINITY, INFINITY, INFINITY};
    double max[LANES] = {-INFINITY, -INFINITY, -INFINITY, -INFINITY};
    int64_t found = 0;
    for (size_t i = 0; i < count; i += LANES) {
        size_t some = count - i < LANES ? count - i : LANES;
        for (size_t k = 0; k < some; k++) {
            bool there = !valid || valid[i + k];
            double low = there ? values[i + k] : INFINITY;
            double high = there ? values[i + k] : -INFINITY;
            min[k] = low < min[k] ? low : min[k];
            max[k] = high > max[k] ? high : max[k];
            sums[k] += there ? values[i + k] : 0;
            found += there;
        }
    }
    moments->count = found;
    moments->min = found ? fmin(fmin(min[0], min[1]), fmin(min[2], min[3])) : 0;
    moments->max = found ? fmax(fmax(max[0], max[1]), fmax(max[2], max[3])) : 0;
    return sum_of(sums);
}

// The mean of values whose sum overflows.
static double mean_of(const double *values, const uint8_t *valid, size_t count, double n)
{
    double mean = 0;
    for (size_t i = 0; i < count; i++) {
        mean += !valid || valid[i] ? values[i] / n : 0;
    }
    return mean;
}

WIDE static void sum_distances(const double *values, const uint8_t *valid, size_t count,
                               moments_t *moments)
{
    double origin = moments->origin.high;
    double sums[LANES] = {0};
    double squares[LANES] = {0};
    for (size_t i = 0; i < count; i += LANES) {
        size_t some = count - i < LANES ? count - i : LANES;
        for (size_t k = 0; k < some; k++) {
            double far = !valid || valid[i + k] ? values[i + k] - origin : 0;
            sums[k] += far;
            squares[k] += far * far;
        }
    }
    moments->sum = (wide_t){sum_of(sums), 0};
    moments->squares = (wide_t){sum_of(squares), 0};
}

moments_t moments_of(const double *values, const uint8_t *valid, size_t count)
{
    moments_t moments = {0};
    double sum = survey(values, valid, count, &moments);
    if (moments.count == 0) {
        return moments;
    }
    double n = (double)moments.count;
    moments.origin.high = isfinite(sum) ? sum / n : mean_of(values, valid, count, n);
    sum_distances(values, valid, count, &moments);
    return moments;
}

WIDE static double sum_all(const double *values, size_t count)
{
    double sums[LANES] = {0};
    for (size_t i = 0; i < count; i += LANES) {
        size_t some = count - i < LANES ? count - i : LANES;
        for (size_t k = 0; k < some; k++) {
            sums[k] += values[i + k];
        }
    }
    return sum_of(sums);
}

moments_t moments_of_range(const double *values, const uint8_t *valid, size_t count, size_t there,
                           double min, double max)
{
    moments_t moments = {.count = (int64_t)there, .min = min, .max = max};
    moments.origin.high = sum_all(values, count) / (double)there;
    sum_distances(values, valid, count, &moments);
    return moments;
}

void moments_merge(moments_t *moments, const moments_t *other)
{
    if (other->count == 0) {
        return;
    }
    if (moments->count == 0) {
        *moments = *other;
        return;
    }
    double n = (double)other->count;
    wide_t step = wide_add(other->origin, negative(moments->origin));
    wide_t cross = wide_times(wide_product(step, other->sum), 2);
    wide_t square = wide_times(wide_product(step, step), n);
    widen(moments, other->min, other->max);
    moments->count += other->count;
    moments->sum = wide_add(moments->sum, wide_add(other->sum, wide_times(step, n)));
    moments->squares =
        wide_add(moments->squares, wide_add(other->squares, wide_add(cross, square)));
}

void moments_scale(moments_t *moments, double center, double spread)
{
    moments->origin = wide_over(wide_add(moments->origin, (wide_t){-center, 0}), spread);
    moments->sum = wide_over(moments->sum, spread);
    moments->squares = wide_over(wide_over(moments->squares, spread), spread);
    moments->min = (moments->min - center) / spread;
    moments->max = (moments->max - center) / spread;
}

double moments_mean(const moments_t *moments)
{
    wide_t mean = wide_add(moments->origin, wide_over(moments->sum, (double)moments->count));
    return mean.high + mean.low;
}

double moments_sd(const moments_t *moments)
{
    if (moments->min == moments->max) {
        return 0;
    }
    wide_t mean = wide_over(moments->sum, (double)moments->count);
    wide_t square = wide_over(moments->squares, (double)moments->count);
    wide_t variance = wide_add(square, negative(wide_product(mean, mean)));
    return variance.high > 0 ? sqrt(variance.high) : isnan(variance.high) ? NAN : 0;
}
