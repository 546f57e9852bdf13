// SPDX-License-Identifier: MPL-2.0
#include "data/step/runs.h"

#include "data/value/hash.h"
#include "test/unit/test.h"

typedef struct {
    run_record_t last;
    size_t count;
    uint64_t sum;
} seen_t;

static void see(void *context, const run_record_t *record)
{
    seen_t *seen = context;
    bool less = record->words[0] > seen->last.words[0] ||
                (record->words[0] == seen->last.words[0] && record->words[1] > seen->last.words[1]);
    assert_true(seen->count == 0 || less);
    seen->last = *record;
    seen->count++;
    seen->sum += record->words[1];
}

static void sort_records(size_t count, size_t memory)
{
    fault_t fault = {0};
    runs_t *runs = runs_new(memory);
    for (size_t i = 0; i < count; i++) {
        run_record_t record = {{hash_word(i, 1) % 100, i, 0}};
        assert_int_equal(runs_add(runs, &record, &fault), ERR_OK);
    }
    seen_t seen = {0};
    assert_int_equal(runs_merge(runs, see, &seen, &fault), ERR_OK);
    assert_int_equal(seen.count, count);
    assert_int_equal(seen.sum, count == 0 ? 0 : count * (count - 1) / 2);
    runs_destroy(&runs);
}

static void records_in_memory_are_sorted(void **state)
{
    (void)state;
    sort_records(0, RUNS_MEMORY);
    sort_records(1, RUNS_MEMORY);
    sort_records(5000, RUNS_MEMORY);
}

static void records_beyond_memory_are_sorted(void **state)
{
    (void)state;
    sort_records(7, sizeof(run_record_t));
    sort_records(5000, 100 * sizeof(run_record_t));
    sort_records(50000, 20000 * sizeof(run_record_t));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_in_memory_are_sorted),
        cmocka_unit_test(records_beyond_memory_are_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
