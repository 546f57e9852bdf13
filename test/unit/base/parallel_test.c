// SPDX-License-Identifier: MPL-2.0
#include "base/parallel.h"

#include <stdatomic.h>
#include <string.h>

#include "base/arena.h"
#include "test/unit/test.h"

enum { ITEMS = 500 };

typedef struct {
    size_t settled[ITEMS];
    size_t settled_count;
    size_t finished;
    size_t in_slot[ITEMS]; // the item that a slot works on, plus 1
    atomic_size_t worked;
    size_t limit;  // items that there are to take
    size_t broken; // the items that fail: this one and all behind it
} shop_t;

static err_t take(void *context, size_t slot, size_t item, bool *ret_more, fault_t *fault)
{
    (void)slot;
    (void)fault;
    *ret_more = item < ((shop_t *)context)->limit;
    return ERR_OK;
}

static err_t work(void *context, size_t slot, size_t item, fault_t *fault)
{
    (void)slot;
    shop_t *shop = context;
    atomic_fetch_add(&shop->worked, 1);
    return item >= shop->broken ? fault_set(fault, ERR_IO, NULL, "item %zu", item) : ERR_OK;
}

static err_t settle(void *context, size_t slot, size_t item, fault_t *fault)
{
    (void)slot;
    (void)fault;
    shop_t *shop = context;
    shop->settled[shop->settled_count++] = item;
    return ERR_OK;
}

static void items_are_settled_in_order_whatever_the_threads(void **state)
{
    (void)state;
    for (size_t threads = 1; threads <= 8; threads *= 2) {
        shop_t shop = {.limit = ITEMS, .broken = ITEMS};
        parallel_t job = {
            .context = &shop, .threads = threads, .take = take, .work = work, .settle = settle};
        assert_int_equal(parallel_run(&job, NULL), ERR_OK);
        assert_int_equal(shop.settled_count, ITEMS);
        for (size_t i = 0; i < ITEMS; i++) {
            assert_int_equal(shop.settled[i], i);
        }
    }
}

static err_t take_slot(void *context, size_t slot, size_t item, bool *ret_more, fault_t *fault)
{
    (void)fault;
    shop_t *shop = context;
    assert_int_equal(shop->in_slot[slot], 0);
    *ret_more = item < shop->limit;
    shop->in_slot[slot] = *ret_more ? item + 1 : 0;
    return ERR_OK;
}

static err_t finish_slot(void *context, size_t slot, size_t item, fault_t *fault)
{
    (void)fault;
    shop_t *shop = context;
    assert_int_equal(shop->in_slot[slot], item + 1);
    shop->in_slot[slot] = 0;
    shop->finished++;
    return ERR_OK;
}

static void a_slot_is_an_items_own_until_its_end(void **state)
{
    (void)state;
    for (size_t threads = 1; threads <= 4; threads++) {
        shop_t shop = {.limit = ITEMS, .broken = ITEMS};
        parallel_t job = {.context = &shop,
                          .threads = threads,
                          .slots = parallel_slots(threads),
                          .take = take_slot,
                          .work = work,
                          .settle = settle,
                          .after = finish_slot};
        assert_int_equal(parallel_run(&job, NULL), ERR_OK);
        assert_int_equal(shop.settled_count, ITEMS);
        assert_int_equal(shop.finished, ITEMS);
    }
}

static void the_first_item_that_fails_is_told(void **state)
{
    (void)state;
    shop_t shop = {.broken = 37};
    parallel_t job = {
        .context = &shop, .threads = 4, .count = ITEMS, .work = work, .settle = settle};
    fault_t fault;
    assert_int_equal(parallel_run(&job, &fault), ERR_IO);
    assert_string_equal(fault.detail, "item 37");
    assert_int_equal(shop.settled_count, 37);
    assert_true(atomic_load(&shop.worked) < ITEMS);
}

static void no_items_are_no_work(void **state)
{
    (void)state;
    shop_t shop = {0};
    parallel_t job = {.context = &shop, .threads = 4, .work = work};
    assert_int_equal(parallel_run(&job, NULL), ERR_OK);
    assert_int_equal(atomic_load(&shop.worked), 0);
}

static void an_arena_gives_aligned_pieces_and_keeps_its_memory(void **state)
{
    (void)state;
    arena_t arena = {0};
    for (int round = 0; round < 3; round++) {
        for (size_t size = 1; size < 3 << 20; size = size * 3 + 1) {
            char *piece = arena_alloc(&arena, size);
            assert_int_equal((uintptr_t)piece % 32, 0);
            memset(piece, round, size);
        }
        size_t held = arena_bytes(&arena);
        arena_reset(&arena);
        assert_int_equal(arena_bytes(&arena), held);
    }
    arena_release(&arena);
    assert_int_equal(arena_bytes(&arena), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_settled_in_order_whatever_the_threads),
        cmocka_unit_test(a_slot_is_an_items_own_until_its_end),
        cmocka_unit_test(the_first_item_that_fails_is_told),
        cmocka_unit_test(no_items_are_no_work),
        cmocka_unit_test(an_arena_gives_aligned_pieces_and_keeps_its_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
