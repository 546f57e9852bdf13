// SPDX-License-Identifier: MPL-2.0
#include "data/points.h"

#include <math.h>

#include "test/unit/test.h"

static void values_are_sorted_whatever_their_number(void **state)
{
    (void)state;
    const size_t counts[] = {0, 1, 2, 1000, 70000};
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        values_t values = {0};
        for (size_t i = 0; i < counts[c]; i++) {
            double x = (double)((i * 7919) % 10007) - 5000;
            assert_true(values_add(&values, i % 3 ? x : x * 1e-300, 1));
        }
        assert_true(values_sort(&values));
        assert_int_equal(values.count, counts[c]);
        for (size_t i = 1; i < values.count; i++) {
            assert_true(values.items[i - 1] <= values.items[i]);
        }
        values_release(&values);
    }
}

static void quantiles_are_linear(void **state)
{
    (void)state;
    const double numbers[] = {1, 2, 4, 8};
    points_t points = {.values = numbers, .count = 4, .total = 4};
    assert_true(points_quantile(&points, 0) == 1);
    assert_true(points_quantile(&points, 0.25) == 1.75);
    assert_true(points_quantile(&points, 0.5) == 3);
    assert_true(points_quantile(&points, 0.75) == 5);
    assert_true(points_quantile(&points, 1) == 8);
}

static void weights_count_as_repetitions(void **state)
{
    (void)state;
    const double numbers[] = {1, 5, 9};
    const int64_t weights[] = {2, 1, 3};
    points_t points = {.values = numbers, .weights = weights, .count = 3, .total = 6};
    assert_true(points_quantile(&points, 0.5) == 7);
    assert_true(points_quantile(&points, 0.25) == 2);
    assert_true(points_mode(&points) == 9);
    moments_t moments = points_moments(&points);
    assert_int_equal(moments.count, 6);
    assert_true(moments_mean(&moments) == 34.0 / 6);
}

static void the_mode_of_several_is_the_smallest(void **state)
{
    (void)state;
    const double numbers[] = {1, 2, 2, 3, 3, 4};
    points_t points = {.values = numbers, .count = 6, .total = 6};
    assert_true(points_mode(&points) == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_sorted_whatever_their_number),
        cmocka_unit_test(quantiles_are_linear),
        cmocka_unit_test(weights_count_as_repetitions),
        cmocka_unit_test(the_mode_of_several_is_the_smallest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
