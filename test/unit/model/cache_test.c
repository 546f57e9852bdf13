// SPDX-License-Identifier: MPL-2.0
#include "model/svm/cache.h"

#include "base/mem.h"
#include "test/unit/test.h"

enum { ROWS = 96, HELD = 8 }; // columns that fit

static cache_t *make(void)
{
    cache_t *cache = NULL;
    assert_int_equal(cache_new(ROWS, sizeof(float) * ROWS * HELD, &cache, NULL), ERR_OK);
    return cache;
}

// What a column's value is that the tests put in.
static float value_of(size_t row, size_t at)
{
    return (float)(row * 1000 + at);
}

static void put(cache_t *cache, size_t row, size_t count)
{
    size_t *known;
    float *column = cache_column(cache, row, &known);
    for (size_t i = 0; i < count; i++) {
        column[i] = value_of(row, i);
    }
    *known = count;
}

static size_t known_of(cache_t *cache, size_t row)
{
    size_t *known;
    cache_column(cache, row, &known);
    return *known;
}

static void column_not_used_longest_is_forgotten(void **state)
{
    (void)state;
    cache_t *cache = make();
    for (size_t i = 0; i < HELD; i++) {
        put(cache, i, ROWS);
    }
    assert_int_equal(known_of(cache, 0), ROWS);
    put(cache, 50, ROWS); // takes the place of 1
    assert_int_equal(known_of(cache, 0), ROWS);
    assert_int_equal(known_of(cache, 2), ROWS);
    assert_int_equal(known_of(cache, 1), 0);
    cache_destroy(&cache);
}

static void few_columns_are_held_however_little_memory(void **state)
{
    (void)state;
    cache_t *cache = NULL;
    assert_int_equal(cache_new(ROWS, 1, &cache, NULL), ERR_OK);
    for (size_t i = 0; i < CACHE_HELD; i++) {
        put(cache, i, ROWS);
    }
    for (size_t i = 0; i < CACHE_HELD; i++) {
        assert_int_equal(known_of(cache, i), ROWS);
    }
    cache_destroy(&cache);
}

// Rows 0, 2, 4, ... come first, the others behind them.
static void halve(uint32_t *order)
{
    for (uint32_t i = 0; i < ROWS; i++) {
        order[i] = i < ROWS / 2 ? 2 * i : 2 * (i - ROWS / 2) + 1;
    }
}

static void columns_follow_their_rows_to_new_places(void **state)
{
    (void)state;
    cache_t *cache = make();
    uint32_t order[ROWS];
    halve(order);
    put(cache, 3, ROWS);
    put(cache, 4, ROWS);
    put(cache, 10, 21); // a part of it
    put(cache, 7, ROWS);
    put(cache, 6, ROWS);
    cache_reorder(cache, order, ROWS / 2);
    size_t *known;
    const float *column = cache_column(cache, 2, &known);
    assert_int_equal(*known, ROWS / 2);
    for (size_t i = 0; i < ROWS / 2; i++) {
        assert_true(column[i] == value_of(4, 2 * i));
    }
    column = cache_column(cache, 5, &known);
    assert_int_equal(*known, 11);
    assert_true(column[10] == value_of(10, 20));
    assert_true(*cache_column(cache, 3, &known) == value_of(6, 0));
    assert_int_equal(known_of(cache, ROWS / 2 + 1), 0); // 3 is worked on no more
    cache_destroy(&cache);
}

static void shorter_columns_leave_room_for_more(void **state)
{
    (void)state;
    cache_t *cache = make();
    uint32_t order[ROWS];
    for (uint32_t i = 0; i < ROWS; i++) {
        order[i] = i;
    }
    cache_reorder(cache, order, ROWS / 3);
    for (size_t i = 0; i < ROWS / 3; i++) {
        put(cache, i, ROWS / 3);
    }
    assert_int_equal(known_of(cache, ROWS / 3 - 3 * HELD), ROWS / 3);
    assert_int_equal(known_of(cache, ROWS / 3 - 3 * HELD - 1), 0);
    cache_destroy(&cache);
}

static void longer_columns_keep_what_was_used_last(void **state)
{
    (void)state;
    cache_t *cache = make();
    uint32_t order[ROWS];
    for (uint32_t i = 0; i < ROWS; i++) {
        order[i] = i;
    }
    cache_reorder(cache, order, ROWS / 3);
    for (size_t i = 0; i < 2 * HELD; i++) {
        put(cache, i, ROWS / 3);
    }
    cache_reorder(cache, order, ROWS);
    size_t *known;
    for (size_t i = HELD; i < 2 * HELD; i++) {
        const float *column = cache_column(cache, i, &known);
        assert_int_equal(*known, ROWS / 3);
        assert_true(column[ROWS / 3 - 1] == value_of(i, ROWS / 3 - 1));
    }
    assert_int_equal(known_of(cache, HELD - 1), 0);
    cache_destroy(&cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(column_not_used_longest_is_forgotten),
        cmocka_unit_test(few_columns_are_held_however_little_memory),
        cmocka_unit_test(columns_follow_their_rows_to_new_places),
        cmocka_unit_test(shorter_columns_leave_room_for_more),
        cmocka_unit_test(longer_columns_keep_what_was_used_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
