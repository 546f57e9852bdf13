// SPDX-License-Identifier: MPL-2.0
#include "data/engine/sort.h"

#include <string.h>

#include "data/value/hash.h"
#include "test/unit/test.h"

typedef struct {
    int64_t key;
    int64_t row;
    size_t count;
} seen_t;

static err_t see(void *context, const char *body, size_t size, fault_t *fault)
{
    (void)fault;
    seen_t *seen = context;
    int64_t cells[2];
    assert_int_equal(size, sizeof cells);
    memcpy(cells, body, sizeof cells);
    assert_true(seen->count == 0 || cells[0] < seen->key ||
                (cells[0] == seen->key && cells[1] > seen->row));
    *seen = (seen_t){cells[0], cells[1], seen->count + 1};
    return ERR_OK;
}

static void equal_keys_keep_their_order_beyond_memory(void **state)
{
    (void)state;
    fault_t fault = {0};
    sort_order_t order = {.descending = true};
    for (size_t memory = 1; memory <= 1 << 24; memory *= 256) {
        int64_t count = memory == 1 ? 50 : 20000;
        sorter_t *sorter = sort_new(memory);
        buf_t records = {0};
        for (int64_t i = 0; i < count; i++) {
            int64_t cells[2] = {(int64_t)(hash_word((uint64_t)i, 1) % 21) - 10, i};
            vector_t vector = {.type = TYPE_INTEGER, .count = 1, .integers = cells};
            buf_clear(&records);
            size_t record = sort_begin(&records);
            sort_cell(&records, &vector, 0, &order);
            sort_body(&records, record);
            buf_add(&records, cells, sizeof cells);
            sort_end(&records, record);
            assert_int_equal(sort_add(sorter, &records, &fault), ERR_OK);
        }
        seen_t seen = {0};
        assert_int_equal(sort_merge(sorter, see, &seen, &fault), ERR_OK);
        assert_int_equal(seen.count, count);
        buf_release(&records);
        sort_destroy(&sorter);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_keys_keep_their_order_beyond_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
