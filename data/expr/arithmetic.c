// SPDX-License-Identifier: MPL-2.0
#include "data/expr/arithmetic.h"

#include <float.h>
#include <math.h>

// The loop of a binary operation, with a constant side taken out of it, so that the compiler makes
// vector code. `expression` is of x, y and i.
#define LOOPS(type, from, expression)                                                              \
    do {                                                                                           \
        const type *restrict a = call->args[0].from;                                               \
        const type *restrict b = call->args[1].from;                                               \
        if (call->args[0].count == 1) {                                                            \
            const type x = a[0];                                                                   \
            for (size_t i = 0; i < count; i++) {                                                   \
                const type y = b[i];                                                               \
                expression;                                                                        \
            }                                                                                      \
        } else if (call->args[1].count == 1) {                                                     \
            const type y = b[0];                                                                   \
            for (size_t i = 0; i < count; i++) {                                                   \
                const type x = a[i];                                                               \
                expression;                                                                        \
            }                                                                                      \
        } else {                                                                                   \
            for (size_t i = 0; i < count; i++) {                                                   \
                const type x = a[i];                                                               \
                const type y = b[i];                                                               \
                expression;                                                                        \
            }                                                                                      \
        }                                                                                          \
    } while (false)

static bool all_finite(const double *numbers, size_t count)
{
    uint64_t bad = 0;
    for (size_t i = 0; i < count; i++) {
        bad |= !(fabs(numbers[i]) <= DBL_MAX);
    }
    return bad == 0;
}

void arithmetic_check(call_t *call, double *numbers, const vector_t *divisors)
{
    if (all_finite(numbers, call->count)) {
        return;
    }
    for (size_t i = 0; i < call->count; i++) {
        if (isfinite(numbers[i])) {
            continue;
        }
        numbers[i] = 0;
        if (call_has(call, i)) {
            bool zero = divisors && divisors->numbers[call_row(divisors, i)] == 0;
            call_lose(call, i, zero ? EXPR_LOSS_DIVISION : EXPR_LOSS_RANGE);
        }
    }
}

static bool is_integer(const call_t *call)
{
    return call->node->type == TYPE_INTEGER;
}

// Loses the cells where an integer operation passed 64 bits: `over` is negative there.
static void check_overflow(call_t *call, const int64_t *over)
{
    for (size_t i = 0; i < call->count; i++) {
        if (over[i] < 0 && call_has(call, i)) {
            call_lose(call, i, EXPR_LOSS_OVERFLOW);
        }
    }
}

static int64_t *new_flags(const call_t *call)
{
    return arena_array(call->scope->arena, call->count, sizeof(int64_t));
}

// Two's complement, so that it may overflow; the sign of `over` tells that it did: both operands
// have another sign than the sum.
static int64_t wrapped_sum(int64_t x, int64_t y)
{
    return (int64_t)((uint64_t)x + (uint64_t)y);
}

static int64_t wrapped_difference(int64_t x, int64_t y)
{
    return (int64_t)((uint64_t)x - (uint64_t)y);
}

err_t arithmetic_add(call_t *call, vector_t *ret)
{
    const size_t count = call->count;
    if (!is_integer(call)) {
        double *restrict result = call_numbers(call, ret);
        LOOPS(double, numbers, result[i] = x + y);
        arithmetic_check(call, result, NULL);
        return ERR_OK;
    }
    int64_t *restrict result = call_integers(call, ret);
    int64_t *restrict over = new_flags(call);
    int64_t any = 0;
    LOOPS(int64_t, integers, result[i] = wrapped_sum(x, y);
          over[i] = (x ^ result[i]) & (y ^ result[i]); any |= over[i]);
    if (any < 0) {
        check_overflow(call, over);
    }
    return ERR_OK;
}

err_t arithmetic_subtract(call_t *call, vector_t *ret)
{
    const size_t count = call->count;
    if (!is_integer(call)) {
        double *restrict result = call_numbers(call, ret);
        LOOPS(double, numbers, result[i] = x - y);
        arithmetic_check(call, result, NULL);
        return ERR_OK;
    }
    int64_t *restrict result = call_integers(call, ret);
    int64_t *restrict over = new_flags(call);
    int64_t any = 0;
    LOOPS(int64_t, integers, result[i] = wrapped_difference(x, y);
          over[i] = (x ^ y) & (x ^ result[i]); any |= over[i]);
    if (any < 0) {
        check_overflow(call, over);
    }
    return ERR_OK;
}

err_t arithmetic_multiply(call_t *call, vector_t *ret)
{
    const size_t count = call->count;
    if (!is_integer(call)) {
        double *restrict result = call_numbers(call, ret);
        LOOPS(double, numbers, result[i] = x * y);
        arithmetic_check(call, result, NULL);
        return ERR_OK;
    }
    int64_t *restrict result = call_integers(call, ret);
    int64_t *restrict over = new_flags(call);
    int64_t any = 0;
    LOOPS(int64_t, integers, over[i] = -(int64_t)__builtin_mul_overflow(x, y, &result[i]);
          any |= over[i]);
    if (any < 0) {
        check_overflow(call, over);
    }
    return ERR_OK;
}

err_t arithmetic_divide(call_t *call, vector_t *ret)
{
    const size_t count = call->count;
    double *restrict result = call_numbers(call, ret);
    LOOPS(double, numbers, result[i] = x / y);
    arithmetic_check(call, result, &call->args[1]);
    return ERR_OK;
}

// Where the divisor is zero or the result passes 64 bits, the cell is lost.
static bool can_divide(call_t *call, size_t i, int64_t x, int64_t y)
{
    if (y != 0 && !(x == INT64_MIN && y == -1)) {
        return true;
    }
    if (call_has(call, i)) {
        call_lose(call, i, y == 0 ? EXPR_LOSS_DIVISION : EXPR_LOSS_OVERFLOW);
    }
    return false;
}

// The remainder of C has the dividend's sign; where it is not the divisor's, it is one off.
static double float_modulo(double x, double y)
{
    double rest = fmod(x, y);
    if (rest != 0) {
        return (rest < 0) != (y < 0) ? rest + y : rest;
    }
    return copysign(0, y);
}

// As CPython's float_floor_div: from the exact remainder, so that rounding does not tip it.
static double float_floor_divide(double x, double y)
{
    double rest = fmod(x, y);
    double quotient = (x - rest) / y;
    if (rest != 0 && (rest < 0) != (y < 0)) {
        quotient -= 1;
    }
    if (quotient == 0 || !isfinite(quotient)) {
        return quotient == 0 ? copysign(0, x / y) : quotient;
    }
    double down = floor(quotient);
    return quotient - down > 0.5 ? down + 1 : down;
}

err_t arithmetic_floor_divide(call_t *call, vector_t *ret)
{
    const size_t count = call->count;
    if (!is_integer(call)) {
        double *restrict result = call_numbers(call, ret);
        LOOPS(double, numbers, result[i] = y == 0 ? NAN : float_floor_divide(x, y));
        arithmetic_check(call, result, &call->args[1]);
        return ERR_OK;
    }
    int64_t *restrict result = call_integers(call, ret);
    LOOPS(int64_t, integers,
          result[i] = can_divide(call, i, x, y) ? x / y - (x % y != 0 && (x < 0) != (y < 0)) : 0);
    return ERR_OK;
}

err_t arithmetic_modulo(call_t *call, vector_t *ret)
{
    const size_t count = call->count;
    if (!is_integer(call)) {
        double *restrict result = call_numbers(call, ret);
        LOOPS(double, numbers, result[i] = y == 0 ? NAN : float_modulo(x, y));
        arithmetic_check(call, result, &call->args[1]);
        return ERR_OK;
    }
    int64_t *restrict result = call_integers(call, ret);
    LOOPS(int64_t, integers,
          result[i] = y == -1 || !can_divide(call, i, x, y)
                          ? 0
                          : x % y + (x % y != 0 && (x < 0) != (y < 0) ? y : 0));
    return ERR_OK;
}

err_t arithmetic_power(call_t *call, vector_t *ret)
{
    const size_t count = call->count;
    double *restrict result = call_numbers(call, ret);
    if (call->args[1].count == 1 && call->args[1].numbers[0] == 2) {
        const double *restrict from = call->args[0].numbers;
        const size_t step = call->args[0].count == 1 ? 0 : 1;
        for (size_t i = 0; i < count; i++) {
            result[i] = from[i * step] * from[i * step];
        }
    } else {
        LOOPS(double, numbers, result[i] = pow(x, y));
    }
    arithmetic_check(call, result, NULL);
    return ERR_OK;
}

// Negates integers where `negates` says so; the least one has no positive twin.
static int64_t negated(call_t *call, size_t i, int64_t x)
{
    if (x == INT64_MIN) {
        if (call_has(call, i)) {
            call_lose(call, i, EXPR_LOSS_OVERFLOW);
        }
        return 0;
    }
    return -x;
}

err_t arithmetic_negative(call_t *call, vector_t *ret)
{
    if (!is_integer(call)) {
        double *restrict result = call_numbers(call, ret);
        for (size_t i = 0; i < call->count; i++) {
            result[i] = -call->args[0].numbers[i];
        }
        return ERR_OK;
    }
    int64_t *restrict result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        result[i] = negated(call, i, call->args[0].integers[i]);
    }
    return ERR_OK;
}

err_t arithmetic_abs(call_t *call, vector_t *ret)
{
    if (!is_integer(call)) {
        double *restrict result = call_numbers(call, ret);
        for (size_t i = 0; i < call->count; i++) {
            result[i] = fabs(call->args[0].numbers[i]);
        }
        return ERR_OK;
    }
    int64_t *restrict result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        int64_t x = call->args[0].integers[i];
        result[i] = x < 0 ? negated(call, i, x) : x;
    }
    return ERR_OK;
}

err_t arithmetic_sign(call_t *call, vector_t *ret)
{
    int64_t *restrict result = call_integers(call, ret);
    const vector_t *from = &call->args[0];
    for (size_t i = 0; i < call->count; i++) {
        result[i] = from->numbers ? (from->numbers[i] > 0) - (from->numbers[i] < 0)
                                  : (from->integers[i] > 0) - (from->integers[i] < 0);
    }
    return ERR_OK;
}

err_t arithmetic_same(call_t *call, vector_t *ret)
{
    *ret = call->args[0];
    return ERR_OK;
}

err_t arithmetic_float(call_t *call, vector_t *ret)
{
    double *restrict result = call_numbers(call, ret);
    const int64_t *from = call->args[0].integers;
    for (size_t i = 0; i < call->count; i++) {
        result[i] = (double)from[i];
    }
    return ERR_OK;
}
