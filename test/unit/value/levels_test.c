// SPDX-License-Identifier: MPL-2.0
#include "data/value/levels.h"

#include <stdio.h>
#include <string.h>

#include "test/unit/test.h"

static void equal_values_are_counted_once(void **state)
{
    (void)state;
    levels_t *levels = levels_new(10, SIZE_MAX);
    assert_int_equal(levels_add(levels, "b", 1, 1), 0);
    assert_int_equal(levels_add(levels, "a", 1, 2), 1);
    assert_int_equal(levels_add(levels, "b", 1, 3), 0);
    assert_int_equal(levels_add(levels, "", 0, 1), 2);
    assert_int_equal(levels_count(levels), 3);
    assert_int_equal(levels_times(levels, 0), 4);
    assert_int_equal(levels_find(levels, "a", 1), 1);
    assert_int_equal(levels_find(levels, "", 0), 2);
    assert_int_equal(levels_find(levels, "c", 1), LEVELS_UNKNOWN);
    levels_destroy(&levels);
    assert_null(levels);
    levels_destroy(&levels);
}

static void limits_stop_new_values_only(void **state)
{
    (void)state;
    levels_t *levels = levels_new(2, SIZE_MAX);
    levels_add(levels, "a", 1, 1);
    levels_add(levels, "b", 1, 1);
    assert_int_equal(levels_add(levels, "c", 1, 1), LEVELS_FULL);
    assert_int_equal(levels_add(levels, "a", 1, 1), 0);
    levels_destroy(&levels);
    levels = levels_new(SIZE_MAX, 1000);
    char big[1000] = "";
    assert_int_equal(levels_add(levels, big, sizeof big, 1), LEVELS_FULL);
    assert_int_equal(levels_add(levels, big, 100, 1), 0);
    levels_destroy(&levels);
}

static void sorting_renumbers_and_finds_still_work(void **state)
{
    (void)state;
    levels_t *levels = levels_new(SIZE_MAX, SIZE_MAX);
    for (int i = 9999; i >= 0; i--) {
        levels_add_number(levels, i * 0.5 - 100, i + 1);
    }
    levels_sort_numbers(levels);
    for (int i = 0; i < 10000; i++) {
        assert_int_equal(levels_find_number(levels, i * 0.5 - 100), i);
        assert_true(levels_number(levels, (size_t)i) == i * 0.5 - 100);
        assert_int_equal(levels_times(levels, (size_t)i), i + 1);
    }
    levels_destroy(&levels);
    levels = levels_new(SIZE_MAX, SIZE_MAX);
    const char *const words[] = {"b", "a", "ab", "", "\xC3\xA9", "B"};
    const char *const sorted[] = {"", "B", "a", "ab", "b", "\xC3\xA9"};
    for (size_t i = 0; i < 6; i++) {
        levels_add(levels, words[i], strlen(words[i]), 1);
    }
    levels_sort_texts(levels);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(levels_find(levels, sorted[i], strlen(sorted[i])), i);
    }
    levels_destroy(&levels);
}

static void zero_has_no_sign(void **state)
{
    (void)state;
    levels_t *levels = levels_new(10, SIZE_MAX);
    levels_add_number(levels, -0.0, 1);
    assert_int_equal(levels_add_number(levels, 0.0, 1), 0);
    assert_int_equal(levels_find_number(levels, -0.0), 0);
    levels_destroy(&levels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_values_are_counted_once),
        cmocka_unit_test(limits_stop_new_values_only),
        cmocka_unit_test(sorting_renumbers_and_finds_still_work),
        cmocka_unit_test(zero_has_no_sign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
