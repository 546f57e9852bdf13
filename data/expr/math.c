// SPDX-License-Identifier: MPL-2.0
#include "data/expr/math.h"

#include <math.h>

#include "data/expr/arithmetic.h"

#define UNARY(name, function)                                                                      \
    err_t name(call_t *call, vector_t *ret)                                                        \
    {                                                                                              \
        double *restrict result = call_numbers(call, ret);                                         \
        const double *restrict from = call->args[0].numbers;                                       \
        for (size_t i = 0; i < call->count; i++) {                                                 \
            result[i] = function(from[i]);                                                         \
        }                                                                                          \
        arithmetic_check(call, result, NULL);                                                      \
        return ERR_OK;                                                                             \
    }

UNARY(math_sqrt, sqrt)
UNARY(math_exp, exp)
UNARY(math_log10, log10)
UNARY(math_log2, log2)
UNARY(math_log1p, log1p)
UNARY(math_sin, sin)
UNARY(math_cos, cos)
UNARY(math_tan, tan)
UNARY(math_asin, asin)
UNARY(math_acos, acos)
UNARY(math_atan, atan)

// Those that leave integers as they are.
#define ROUNDING(name, function)                                                                   \
    err_t name(call_t *call, vector_t *ret)                                                        \
    {                                                                                              \
        if (call->node->type == TYPE_INTEGER) {                                                    \
            return arithmetic_same(call, ret);                                                     \
        }                                                                                          \
        double *restrict result = call_numbers(call, ret);                                         \
        const double *restrict from = call->args[0].numbers;                                       \
        for (size_t i = 0; i < call->count; i++) {                                                 \
            result[i] = function(from[i]);                                                         \
        }                                                                                          \
        return ERR_OK;                                                                             \
    }

ROUNDING(math_ceil, ceil)
ROUNDING(math_floor, floor)
ROUNDING(math_trunc, trunc)

err_t math_log(call_t *call, vector_t *ret)
{
    double *restrict result = call_numbers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        result[i] = log(call_number(call, 0, i));
    }
    if (call->args_count > 1) {
        for (size_t i = 0; i < call->count; i++) {
            result[i] /= log(call_number(call, 1, i));
        }
    }
    arithmetic_check(call, result, NULL);
    return ERR_OK;
}

err_t math_atan2(call_t *call, vector_t *ret)
{
    double *restrict result = call_numbers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        result[i] = atan2(call_number(call, 0, i), call_number(call, 1, i));
    }
    return ERR_OK;
}

// rint() rounds half to even. A number too large to scale has no digits there to round.
static double round_number(double x, int64_t digits)
{
    if (digits == 0) {
        return rint(x);
    }
    if (digits > 308) {
        return x;
    }
    if (digits < -308) {
        return 0;
    }
    double scale = pow(10, (double)(digits < 0 ? -digits : digits));
    double made = digits < 0 ? rint(x / scale) * scale : rint(x * scale) / scale;
    return isfinite(made) || digits < 0 ? made : x;
}

// To a multiple of a power of ten, half to even.
static int64_t round_integer(call_t *call, size_t i, int64_t x, int64_t digits)
{
    if (digits >= 0) {
        return x;
    }
    if (digits < -19) {
        return 0;
    }
    __int128 unit = 1;
    for (int64_t d = digits; d < 0; d++) {
        unit *= 10;
    }
    __int128 down = x / unit - (x % unit < 0);
    __int128 twice = 2 * (x - down * unit);
    bool up = twice > unit || (twice == unit && down % 2 != 0);
    __int128 made = (down + up) * unit;
    if (made < INT64_MIN || made > INT64_MAX) {
        if (call_has(call, i)) {
            call_lose(call, i, EXPR_LOSS_OVERFLOW);
        }
        return 0;
    }
    return (int64_t)made;
}

err_t math_round(call_t *call, vector_t *ret)
{
    bool has_digits = call->args_count > 1;
    if (call->node->type == TYPE_INTEGER) {
        int64_t *result = call_integers(call, ret);
        for (size_t i = 0; i < call->count; i++) {
            int64_t digits = has_digits ? call_integer(call, 1, i) : 0;
            result[i] = round_integer(call, i, call_integer(call, 0, i), digits);
        }
        return ERR_OK;
    }
    double *result = call_numbers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        int64_t digits = has_digits ? call_integer(call, 1, i) : 0;
        result[i] = round_number(call_number(call, 0, i), digits);
    }
    arithmetic_check(call, result, NULL);
    return ERR_OK;
}

err_t math_clip(call_t *call, vector_t *ret)
{
    if (call->node->type == TYPE_INTEGER) {
        int64_t *result = call_integers(call, ret);
        for (size_t i = 0; i < call->count; i++) {
            int64_t x = call_integer(call, 0, i);
            int64_t low = call_integer(call, 1, i);
            int64_t high = call_integer(call, 2, i);
            x = x < low ? low : x;
            result[i] = x > high ? high : x;
        }
        return ERR_OK;
    }
    double *result = call_numbers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        double x = call_number(call, 0, i);
        double low = call_number(call, 1, i);
        double high = call_number(call, 2, i);
        x = x < low ? low : x;
        result[i] = x > high ? high : x;
    }
    return ERR_OK;
}
