// SPDX-License-Identifier: MPL-2.0
#include "learn/split.h"

#include <string.h>

#include "test/unit/test.h"

enum { ROWS = 344 };

// As many rows of each penguin as there are, mixed.
static void fill(int32_t *classes)
{
    for (int i = 0; i < ROWS; i++) {
        classes[(i * 101) % ROWS] = i < 152 ? 0 : i < 220 ? 1 : 2;
    }
}

static void each_class_gives_its_share(void **state)
{
    (void)state;
    int32_t classes[ROWS];
    uint8_t test[ROWS];
    int counts[3] = {0};
    fill(classes);
    split_stratified(classes, ROWS, 3, 0.2, 42, test);
    for (int i = 0; i < ROWS; i++) {
        counts[classes[i]] += test[i];
    }
    assert_int_equal(counts[0], 30);
    assert_int_equal(counts[1], 14);
    assert_int_equal(counts[2], 25);
}

static void the_seed_alone_settles_the_choice(void **state)
{
    (void)state;
    int32_t classes[ROWS];
    uint8_t first[ROWS];
    uint8_t second[ROWS];
    fill(classes);
    split_stratified(classes, ROWS, 3, 0.2, 1, first);
    split_stratified(classes, ROWS, 3, 0.2, 1, second);
    assert_memory_equal(first, second, ROWS);
    split_stratified(classes, ROWS, 3, 0.2, 2, second);
    assert_memory_not_equal(first, second, ROWS);
}

static void every_class_keeps_a_training_row(void **state)
{
    (void)state;
    const int32_t classes[] = {0, 1, 0, 1, 2, 2, 2};
    const double sizes[] = {1e-6, 0.2, 0.5, 0.9};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        for (uint64_t seed = 0; seed < 20; seed++) {
            uint8_t test[7];
            int left[3] = {0};
            int tests = 0;
            split_stratified(classes, 7, 3, sizes[s], seed, test);
            for (int i = 0; i < 7; i++) {
                left[classes[i]] += !test[i];
                tests += test[i];
            }
            assert_true(left[0] > 0 && left[1] > 0 && left[2] > 0);
            const int expected[] = {1, 2, 4, 4};
            assert_int_equal(tests, expected[s]);
        }
    }
}

static void a_group_is_on_one_side(void **state)
{
    (void)state;
    int32_t groups[ROWS];
    uint8_t test[ROWS];
    int side[40];
    int tests = 0;
    for (int i = 0; i < 40; i++) {
        side[i] = -1;
    }
    for (int i = 0; i < ROWS; i++) {
        groups[i] = i * 7 % 40;
    }
    split_groups(groups, ROWS, 40, 0.2, 42, test);
    for (int i = 0; i < ROWS; i++) {
        int *seen = &side[groups[i]];
        assert_true(*seen == -1 || *seen == test[i]);
        tests += *seen == -1 && test[i];
        *seen = test[i];
    }
    assert_int_equal(tests, 8);
}

static void group_folds_have_about_the_same_rows(void **state)
{
    (void)state;
    // sizes 5, 4, 3, 2, 1: the folds get 5 + 1 + 2 and 4 + 3
    const int32_t groups[] = {0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4};
    const uint32_t expected[] = {0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0};
    uint32_t folds[15];
    split_group_folds(groups, 15, 5, 2, folds);
    assert_memory_equal(folds, expected, sizeof folds);
}

static void the_latest_rows_are_the_test(void **state)
{
    (void)state;
    const double when[] = {5, 1, 4, 2, 3, 9, 7, 8, 6, 0};
    const uint8_t expected[] = {0, 0, 0, 0, 0, 1, 1, 1, 0, 0};
    uint8_t test[10];
    assert_int_equal(split_time(when, 10, 0.3, test), 7);
    assert_memory_equal(test, expected, sizeof test);
}

static void rows_of_one_time_stay_together(void **state)
{
    (void)state;
    const double years[] = {2007, 2008, 2008, 2009, 2009, 2009};
    const double same[] = {1, 1, 1};
    uint8_t test[6];
    assert_int_equal(split_time(years, 6, 0.2, test), 3);
    assert_int_equal(split_time(same, 3, 0.2, test), 0);
}

static void windows_expand_as_scikit_learns(void **state)
{
    (void)state;
    // TimeSeriesSplit(3) on 11 rows: 2 rows a window, the first 5 before them
    const double when[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    const uint32_t expected[] = {0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3};
    uint32_t windows[11];
    split_windows(when, 11, 3, windows);
    assert_memory_equal(windows, expected, sizeof windows);
}

static void windows_do_not_divide_a_time(void **state)
{
    (void)state;
    const double when[] = {0, 0, 0, 1, 1, 1, 2, 2};
    const uint32_t expected[] = {1, 1, 1, 2, 2, 2, 3, 3};
    uint32_t windows[8];
    split_windows(when, 8, 3, windows);
    assert_memory_equal(windows, expected, sizeof windows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_class_gives_its_share),
        cmocka_unit_test(the_seed_alone_settles_the_choice),
        cmocka_unit_test(every_class_keeps_a_training_row),
        cmocka_unit_test(a_group_is_on_one_side),
        cmocka_unit_test(group_folds_have_about_the_same_rows),
        cmocka_unit_test(the_latest_rows_are_the_test),
        cmocka_unit_test(rows_of_one_time_stay_together),
        cmocka_unit_test(windows_expand_as_scikit_learns),
        cmocka_unit_test(windows_do_not_divide_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
