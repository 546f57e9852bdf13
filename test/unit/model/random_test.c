// SPDX-License-Identifier: MPL-2.0
#include "model/core/random.h"

#include "test/unit/test.h"

static void the_numbers_are_those_of_the_published_generator(void **state)
{
    (void)state;
    // splitmix64(0) gives the state; the first outputs follow from the reference code
    random_t random = random_new(0);
    assert_true(random.state[0] == 0xE220A8397B1DCDAFU);
    assert_true(random.state[1] == 0x6E789E6AA1B965F4U);
    assert_true(random.state[2] == 0x06C45D188009454FU);
    assert_true(random.state[3] == 0xF88BB8A8724C81ECU);
    assert_true(random_next(&random) == 0x99EC5F36CB75F2B4U);
    assert_true(random_next(&random) == 0xBF6E1F784956452AU);
}

static void numbers_below_a_bound_are_even(void **state)
{
    (void)state;
    random_t random = random_new(1);
    int counts[7] = {0};
    for (int i = 0; i < 70000; i++) {
        counts[random_below(&random, 7)]++;
    }
    for (int i = 0; i < 7; i++) {
        assert_in_range(counts[i], 9500, 10500);
    }
    assert_int_equal(random_below(&random, 1), 0);
}

static void a_shuffle_keeps_every_item(void **state)
{
    (void)state;
    size_t items[100];
    size_t seen[100] = {0};
    random_t random = random_new(2);
    for (size_t i = 0; i < 100; i++) {
        items[i] = i;
    }
    random_shuffle(&random, items, 100);
    size_t moved = 0;
    for (size_t i = 0; i < 100; i++) {
        seen[items[i]]++;
        moved += items[i] != i;
    }
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(seen[i], 1);
    }
    assert_true(moved > 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_numbers_are_those_of_the_published_generator),
        cmocka_unit_test(numbers_below_a_bound_are_even),
        cmocka_unit_test(a_shuffle_keeps_every_item),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
