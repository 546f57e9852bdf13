// SPDX-License-Identifier: MPL-2.0
#include "data/step/brackets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "test/unit/test.h"

enum { VALUES = 20000, RUN = 1000 };

typedef double (*shape_fn)(size_t i, uint32_t random);

static double spread_out(size_t i, uint32_t random)
{
    (void)i;
    return (double)random / 1000;
}

static double few_levels(size_t i, uint32_t random)
{
    (void)i;
    return random % 3;
}

static double all_equal(size_t i, uint32_t random)
{
    (void)i;
    (void)random;
    return 7;
}

static double ascending(size_t i, uint32_t random)
{
    (void)random;
    return (double)i;
}

static double with_infinities(size_t i, uint32_t random)
{
    return i % 50 == 0 ? (random % 2 ? INFINITY : -INFINITY) : (double)random;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

// What is found is right; `ret_found` counts the quantiles that were.
static void check(shape_fn shape, size_t every, const double *wanted, size_t count,
                  size_t *ret_found)
{
    static double values[VALUES];
    uint32_t random = 1;
    brackets_t *brackets = brackets_new();
    arena_t arena = {0};
    for (size_t i = 0; i < VALUES; i++) {
        random = random * 1664525 + 1013904223;
        values[i] = shape(i, random >> 8);
    }
    for (size_t run = 0; run < VALUES / RUN; run += every) {
        brackets_sample(brackets, values + run * RUN, RUN);
    }
    assert_true(brackets_make(brackets, wanted, count));
    for (size_t run = 0; run < VALUES / RUN; run++) {
        brackets_add(brackets, brackets_look(brackets, values + run * RUN, RUN, &arena));
    }
    assert_int_equal(brackets_count(brackets), VALUES);
    qsort(values, VALUES, sizeof *values, by_value);
    *ret_found = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t rank = (int64_t)floor(wanted[i] * (VALUES - 1));
        double value;
        if (brackets_find(brackets, rank, &value)) {
            assert_true(value == values[rank]);
            ++*ret_found;
        }
    }
    arena_release(&arena);
    brackets_destroy(&brackets);
}

static void ranks_are_found_in_one_pass(void **state)
{
    (void)state;
    static const shape_fn shapes[] = {spread_out, few_levels, all_equal, with_infinities};
    static const double wanted[] = {0, 0.01, 0.25, 0.5, 0.75, 1};
    size_t found;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        check(shapes[i], 4, wanted, 6, &found);
        assert_int_equal(found, 6);
    }
}

static void a_sample_that_is_not_like_the_rest_finds_less_but_nothing_wrong(void **state)
{
    (void)state;
    static const double wanted[] = {0.25, 0.5, 0.75};
    size_t found;
    check(ascending, VALUES / RUN, wanted, 3, &found); // the sample is the first run
    assert_int_equal(found, 0);
}

static void too_many_quantiles_and_empty_samples_are_refused(void **state)
{
    (void)state;
    double wanted[BRACKETS_MAX + 1] = {0.5};
    double value = 1;
    brackets_t *brackets = brackets_new();
    assert_false(brackets_make(brackets, wanted, 1));
    brackets_sample(brackets, &value, 1);
    assert_false(brackets_make(brackets, wanted, BRACKETS_MAX + 1));
    brackets_destroy(&brackets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_are_found_in_one_pass),
        cmocka_unit_test(a_sample_that_is_not_like_the_rest_finds_less_but_nothing_wrong),
        cmocka_unit_test(too_many_quantiles_and_empty_samples_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
