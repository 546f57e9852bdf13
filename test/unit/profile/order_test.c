// SPDX-License-Identifier: MPL-2.0
#include "data/profile/order.h"

#include <stdlib.h>
#include <string.h>

#include "test/unit/test.h"

enum { COUNT = 40000, SMALL_BYTES = 1 << 16, LARGE_BYTES = 1 << 24 };

typedef int64_t (*key_fn)(uint64_t random);

static uint64_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return *state >> 11 | *state << 53;
}

static int64_t anything(uint64_t random)
{
    return (int64_t)random;
}

static int64_t few(uint64_t random)
{
    return (int64_t)(random % 7) - 3;
}

static int64_t same_upper_half(uint64_t random)
{
    return (int64_t)(random % 5 == 0 ? random : random % 100000);
}

static int64_t one(uint64_t random)
{
    (void)random;
    return 5;
}

static int64_t mostly_one(uint64_t random)
{
    return random % 3 ? 1000000007 : (int64_t)random;
}

static int64_t doubles(uint64_t random)
{
    return key_of_double(((double)(random % 2000001) - 1000000) / 3.0);
}

static int by_key(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static store_t fill(scratch_t *scratch, const int64_t *keys, bool in_memory)
{
    fault_t fault;
    store_t store = store_new(scratch, COUNT, in_memory);
    for (size_t at = 0; at < COUNT; at += COUNT / 4) {
        memcpy(store_begin(&store), keys + at, COUNT / 4 * sizeof *keys);
        assert_int_equal(store_end(&store, COUNT / 4, &fault), ERR_OK);
    }
    return store;
}

static void assert_runs(const order_t *order, const int64_t *sorted)
{
    fault_t fault;
    cursor_t cursor = {0};
    run_t *runs = malloc(ORDER_RUNS * sizeof *runs);
    size_t at = 0;
    size_t count = 1;
    while (count > 0) {
        assert_int_equal(order_read(order, &cursor, runs, &count, &fault), ERR_OK);
        for (size_t i = 0; i < count; i++) {
            for (int64_t j = 0; j < runs[i].count; j++) {
                assert_true(sorted[at++] == runs[i].key);
            }
            assert_true(at == COUNT || sorted[at] != runs[i].key);
        }
    }
    assert_int_equal(at, COUNT);
    free(runs);
}

static size_t count_below(const int64_t *sorted, int64_t key, bool or_equal)
{
    size_t low = 0;
    size_t high = COUNT;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sorted[middle] < key || (or_equal && sorted[middle] == key)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void assert_order(key_fn make, bool in_memory, size_t bytes)
{
    fault_t fault;
    uint64_t state = 42;
    int64_t *keys = malloc(COUNT * sizeof *keys);
    int64_t *sorted = malloc(COUNT * sizeof *keys);
    for (size_t i = 0; i < COUNT; i++) {
        keys[i] = sorted[i] = make(next(&state));
    }
    qsort(sorted, COUNT, sizeof *sorted, by_key);
    scratch_t *scratch = scratch_new("/tmp");
    store_t store = fill(scratch, keys, in_memory);
    mask_t mask = {.rows = COUNT};
    ranks_t ranks = ranks_new(scratch, &mask);
    order_plan_t plan = {sorted[0], sorted[COUNT - 1], bytes, &ranks};
    order_t order;
    assert_int_equal(order_make(&store, &plan, &order, &fault), ERR_OK);
    assert_runs(&order, sorted);
    for (size_t i = 0; i < COUNT; i += 997) {
        int64_t key;
        assert_int_equal(order_at(&order, i, &key, &fault), ERR_OK);
        assert_true(key == sorted[i]);
    }
    const void *middles;
    assert_int_equal(scratch_map(scratch, ranks.offset, COUNT * 4, &middles, &fault), ERR_OK);
    for (size_t i = 0; i < COUNT; i++) {
        size_t middle = count_below(sorted, keys[i], false) + count_below(sorted, keys[i], true);
        assert_int_equal(((const uint32_t *)middles)[i], middle);
    }
    scratch_unmap(middles, COUNT * 4);
    ranks_release(&ranks);
    order_release(&order);
    store_release(&store);
    scratch_destroy(&scratch);
    free(keys);
    free(sorted);
}

static void all_ways_give_the_same_order_and_ranks(void **state)
{
    (void)state;
    const key_fn makes[] = {anything, few, same_upper_half, one, mostly_one, doubles};
    for (size_t i = 0; i < sizeof makes / sizeof makes[0]; i++) {
        assert_order(makes[i], true, LARGE_BYTES);
        assert_order(makes[i], false, LARGE_BYTES);
        assert_order(makes[i], false, SMALL_BYTES);
    }
}

static void doubles_sort_as_their_keys(void **state)
{
    (void)state;
    const double values[] = {-1e308, -1.5, -1e-300, 0, 5e-324, 1, 1e308};
    for (size_t i = 0; i + 1 < sizeof values / sizeof values[0]; i++) {
        assert_true(key_of_double(values[i]) < key_of_double(values[i + 1]));
        assert_true(key_to_double(key_of_double(values[i])) == values[i]);
    }
    assert_true(key_of_double(-0.0) == key_of_double(0.0));
    assert_true(key_of_double(0.0) == 0);
}

static void missing_rows_have_no_rank(void **state)
{
    (void)state;
    fault_t fault;
    uint8_t valid[] = {0, 1, 0, 1, 0};
    uint32_t middles[] = {3, 1};
    scratch_t *scratch = scratch_new("/tmp");
    mask_t mask = {.rows = sizeof valid};
    mask_add(&mask, 0, sizeof valid, valid);
    ranks_t ranks = ranks_new(scratch, &mask);
    assert_int_equal(ranks_add(&ranks, middles, 2, &fault), ERR_OK);
    assert_int_equal(ranks_end(&ranks, &fault), ERR_OK);
    uint32_t read[sizeof valid];
    assert_int_equal(scratch_read(scratch, ranks.offset, read, sizeof read, &fault), ERR_OK);
    const uint32_t expected[] = {RANKS_MISSING, 3, RANKS_MISSING, 1, RANKS_MISSING};
    assert_memory_equal(read, expected, sizeof read);
    ranks_release(&ranks);
    mask_release(&mask);
    scratch_destroy(&scratch);
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    fault_t fault;
    scratch_t *scratch = scratch_new("/nowhere/at/all");
    assert_int_equal(scratch_write(scratch, 0, "x", 1, &fault), ERR_IO);
    assert_non_null(strstr(fault.detail, "/nowhere/at/all"));
    scratch_destroy(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_ways_give_the_same_order_and_ranks),
        cmocka_unit_test(doubles_sort_as_their_keys),
        cmocka_unit_test(missing_rows_have_no_rank),
        cmocka_unit_test(a_folder_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
