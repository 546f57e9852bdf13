// SPDX-License-Identifier: MPL-2.0
#include "data/expr/compare.h"

#include <string.h>

int compare_texts(text_t a, text_t b)
{
    uint32_t size = a.size < b.size ? a.size : b.size;
    int order = size > 0 ? memcmp(a.bytes, b.bytes, size) : 0;
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static bool same_text(text_t a, text_t b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

bool compare_same(const call_t *call, size_t a, size_t b, size_t i)
{
    if (call->args[a].numbers) {
        return call_number(call, a, i) == call_number(call, b, i);
    }
    if (call->args[a].integers) {
        return call_integer(call, a, i) == call_integer(call, b, i);
    }
    return same_text(call_text(call, a, i), call_text(call, b, i));
}

// Which of the three orders make a comparison true.
enum {
    LESS = 1,
    SAME = 2,
    GREATER = 4,
};

static void compare_words(call_t *call, int64_t *result, unsigned orders)
{
    bool equality = orders == SAME || orders == (LESS | GREATER);
    for (size_t i = 0; i < call->count; i++) {
        if (!call_has(call, i)) {
            result[i] = 0;
        } else if (equality) {
            result[i] = same_text(call_text(call, 0, i), call_text(call, 1, i)) == (orders == SAME);
        } else {
            int order = compare_texts(call_text(call, 0, i), call_text(call, 1, i));
            result[i] = (orders & (order < 0 ? LESS : order > 0 ? GREATER : SAME)) != 0;
        }
    }
}

// Loops with the constant side taken out of them, so that the compiler makes vector code. Both may
// be constant: "between" compares two of three.
#define LOOPS(type, a, b, sign)                                                                    \
    do {                                                                                           \
        if (b_one) {                                                                               \
            const type one = (b)[0];                                                               \
            for (size_t i = 0; i < count; i++) {                                                   \
                result[i] = (a)[a_one ? 0 : i] sign one;                                           \
            }                                                                                      \
        } else if (a_one) {                                                                        \
            const type one = (a)[0];                                                               \
            for (size_t i = 0; i < count; i++) {                                                   \
                result[i] = one sign(b)[i];                                                        \
            }                                                                                      \
        } else {                                                                                   \
            for (size_t i = 0; i < count; i++) {                                                   \
                result[i] = (a)[i] sign(b)[i];                                                     \
            }                                                                                      \
        }                                                                                          \
    } while (false)

#define COMPARISON(name, sign, orders)                                                             \
    err_t name(call_t *call, vector_t *ret)                                                        \
    {                                                                                              \
        const vector_t *a = &call->args[0];                                                        \
        const vector_t *b = &call->args[1];                                                        \
        const size_t count = call->count;                                                          \
        const bool a_one = a->count == 1;                                                          \
        const bool b_one = b->count == 1;                                                          \
        int64_t *restrict result = call_integers(call, ret);                                       \
        if (a->numbers) {                                                                          \
            LOOPS(double, a->numbers, b->numbers, sign);                                           \
        } else if (a->integers) {                                                                  \
            LOOPS(int64_t, a->integers, b->integers, sign);                                        \
        } else {                                                                                   \
            compare_words(call, result, orders);                                                   \
        }                                                                                          \
        return ERR_OK;                                                                             \
    }

COMPARISON(compare_equal, ==, SAME)
COMPARISON(compare_different, !=, LESS | GREATER)
COMPARISON(compare_less, <, LESS)
COMPARISON(compare_at_most, <=, LESS | SAME)
COMPARISON(compare_greater, >, GREATER)
COMPARISON(compare_at_least, >=, SAME | GREATER)

// The call with two of its arguments, and where both have a value.
static call_t two_of(const call_t *call, const vector_t args[2])
{
    call_t two = *call;
    two.args = args;
    two.args_count = 2;
    two.valid = NULL;
    call_common_valid(&two);
    return two;
}

// Kleene's "and" of two comparisons: one that is false decides.
err_t compare_between(call_t *call, vector_t *ret)
{
    const vector_t lower_args[2] = {call->args[0], call->args[1]};
    const vector_t upper_args[2] = {call->args[0], call->args[2]};
    call_t lower = two_of(call, lower_args);
    call_t upper = two_of(call, upper_args);
    vector_t low;
    vector_t high;
    compare_at_least(&lower, &low);
    compare_at_most(&upper, &high);
    int64_t *result = call_integers(call, ret);
    uint8_t *valid = call_valid(call);
    for (size_t i = 0; i < call->count; i++) {
        bool has_low = call_has(&lower, i);
        bool has_high = call_has(&upper, i);
        bool out = (has_low && !low.integers[i]) || (has_high && !high.integers[i]);
        valid[i] = out || (has_low && has_high);
        result[i] = !out;
    }
    return ERR_OK;
}
