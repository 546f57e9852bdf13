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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_class_gives_its_share),
        cmocka_unit_test(the_seed_alone_settles_the_choice),
        cmocka_unit_test(every_class_keeps_a_training_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
