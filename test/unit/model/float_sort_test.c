// SPDX-License-Identifier: MPL-2.0
#include "model/tree/float_sort.h"

#include <float.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/core/random.h"
#include "test/unit/test.h"

static void a_key_keeps_value_and_row(void **state)
{
    (void)state;
    static const float values[] = {0, -0.0F, 1.5F, -1.5F, FLT_MAX, -FLT_MAX, FLT_TRUE_MIN};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        uint64_t key = float_key(values[i], UINT32_MAX - (uint32_t)i);
        assert_true(float_key_value(key) == values[i]);
        assert_int_equal((uint32_t)key, UINT32_MAX - (uint32_t)i);
    }
}

static void keys_have_the_order_of_values(void **state)
{
    (void)state;
    static const float values[] = {-FLT_MAX, -2, -FLT_TRUE_MIN, 0, FLT_TRUE_MIN, 2, FLT_MAX};
    for (size_t i = 1; i < sizeof values / sizeof values[0]; i++) {
        assert_true(float_key(values[i - 1], UINT32_MAX) < float_key(values[i], 0));
    }
}

// So many keys with values among `distinct`, in random order.
static uint64_t *random_keys(size_t count, size_t distinct)
{
    random_t random = random_new(count);
    uint64_t *keys = mem_array(2 * count, sizeof *keys);
    for (size_t i = 0; i < count; i++) {
        float value = (float)random_below(&random, distinct) - (float)distinct / 2;
        keys[i] = float_key(value, (uint32_t)i);
    }
    return keys;
}

static void equal_values_stay_in_order(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 31, 64, 65, 1000, 70000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        for (size_t distinct = 1; distinct <= 1000000; distinct *= 100) {
            uint64_t *keys = random_keys(counts[i], distinct);
            float_sort(keys, counts[i], keys + counts[i]);
            for (size_t j = 1; j < counts[i]; j++) { // rows ascend: that is the order they were in
                assert_true(keys[j - 1] < keys[j]);
            }
            free(keys);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_keeps_value_and_row),
        cmocka_unit_test(keys_have_the_order_of_values),
        cmocka_unit_test(equal_values_stay_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
