// SPDX-License-Identifier: MPL-2.0
#include "data/value/moments.h"

#include <math.h>

#include "test/unit/test.h"

static void assert_near(double value, double expected)
{
    assert_true(fabs(value - expected) <= 1e-14 * fabs(expected));
}

static void mean_and_sd_of_a_few_numbers(void **state)
{
    (void)state;
    moments_t moments = {0};
    const double numbers[] = {2, 4, 4, 4, 5, 5, 7, 9};
    for (int i = 0; i < 8; i++) {
        moments_add(&moments, numbers[i]);
    }
    assert_near(moments_mean(&moments), 5);
    assert_near(moments_sd(&moments), 2);
    assert_true(moments.min == 2 && moments.max == 9);
}

static void a_large_mean_costs_no_digits(void **state)
{
    (void)state;
    moments_t moments = {0};
    for (int i = 0; i < 100000; i++) {
        moments_add(&moments, 1e9 + (i % 2 ? 0.25 : -0.25));
    }
    assert_near(moments_mean(&moments), 1e9);
    assert_near(moments_sd(&moments), 0.25);
}

static void small_numbers_between_large_ones_are_not_lost(void **state)
{
    (void)state;
    moments_t moments = {0};
    moments_add(&moments, 1e16);
    for (int i = 0; i < 1000; i++) {
        moments_add(&moments, 1);
    }
    moments_add(&moments, -1e16);
    assert_near(moments_mean(&moments), 1000.0 / 1002);
}

static void blocks_of_any_size_give_the_same(void **state)
{
    (void)state;
    moments_t whole = {0};
    moments_t parts = {0};
    moments_t block = {0};
    for (int i = 0; i < 5000; i++) {
        double x = sin(i) * 1000 + 0.1 * i;
        moments_add(&whole, x);
        moments_add(&block, x);
        if (i % 37 == 36 || i == 4999) {
            moments_merge(&parts, &block);
            block = (moments_t){0};
        }
    }
    assert_true(moments_mean(&whole) == moments_mean(&parts));
    assert_true(moments_sd(&whole) == moments_sd(&parts));
    assert_true(whole.min == parts.min && whole.max == parts.max);
}

static void filling_and_scaling_are_as_if_done_to_the_numbers(void **state)
{
    (void)state;
    moments_t composed = {0};
    moments_t direct = {0};
    for (int i = 0; i < 1000; i++) {
        double x = 2007 + i % 3;
        moments_add(&composed, x);
        moments_add(&direct, (x - 2008.5) / 0.75);
    }
    moments_add_times(&composed, 2010.25, 77);
    for (int i = 0; i < 77; i++) {
        moments_add(&direct, (2010.25 - 2008.5) / 0.75);
    }
    moments_scale(&composed, 2008.5, 0.75);
    assert_near(moments_mean(&composed), moments_mean(&direct));
    assert_near(moments_sd(&composed), moments_sd(&direct));
    assert_true(composed.min == direct.min && composed.max == direct.max);
}

static void equal_numbers_have_no_deviation(void **state)
{
    (void)state;
    moments_t moments = {0};
    for (int i = 0; i < 7; i++) {
        moments_add(&moments, 0.1);
    }
    assert_true(moments_sd(&moments) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mean_and_sd_of_a_few_numbers),
        cmocka_unit_test(a_large_mean_costs_no_digits),
        cmocka_unit_test(small_numbers_between_large_ones_are_not_lost),
        cmocka_unit_test(blocks_of_any_size_give_the_same),
        cmocka_unit_test(filling_and_scaling_are_as_if_done_to_the_numbers),
        cmocka_unit_test(equal_numbers_have_no_deviation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
