// SPDX-License-Identifier: MPL-2.0
#include "data/profile/counter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/unit/test.h"

enum { THINGS = 5000, SMALL_BYTES = 1 << 14, LARGE_BYTES = 1 << 24 };

typedef struct {
    size_t things;
    int64_t times;
    int64_t firsts;
    size_t wrong;
} tally_t;

static void tell(void *context, const counted_t *thing)
{
    tally_t *tally = context;
    tally->things++;
    tally->times += thing->count;
    tally->firsts += thing->first;
    tally->wrong += thing->count != 3;
}

// Each thing is counted three times, its first place is its number.
static void assert_counts(size_t bytes, bool held)
{
    fault_t fault;
    scratch_t *scratch = scratch_new("/tmp");
    counter_t *counter = counter_new(scratch, THINGS, bytes);
    for (int round = 0; round < 3; round++) {
        for (int64_t i = 0; i < THINGS; i++) {
            char text[32];
            int size = snprintf(text, sizeof text, "thing %d of many", (int)i);
            digest_t digest = digest_bytes(text, (size_t)size);
            int64_t index;
            assert_int_equal(counter_add(counter, digest, 1, i + round * THINGS, &index, &fault),
                             ERR_OK);
            assert_true(index == i || (!held && index == COUNTER_NO_INDEX));
        }
    }
    assert_true(held ? counter_held(counter) == THINGS : counter_held(counter) == SIZE_MAX);
    for (int again = 0; again < 2; again++) {
        tally_t tally = {0};
        assert_int_equal(counter_each(counter, tell, &tally, &fault), ERR_OK);
        assert_int_equal(tally.things, THINGS);
        assert_int_equal(tally.times, 3 * THINGS);
        assert_int_equal(tally.firsts, (int64_t)THINGS * (THINGS - 1) / 2);
        assert_int_equal(tally.wrong, 0);
    }
    counter_destroy(&counter);
    scratch_destroy(&scratch);
}

static void things_are_counted_in_memory(void **state)
{
    (void)state;
    assert_counts(LARGE_BYTES, true);
}

static void things_are_counted_in_a_file(void **state)
{
    (void)state;
    assert_counts(SMALL_BYTES, false);
}

static void digests_differ_by_every_byte_and_by_size(void **state)
{
    (void)state;
    char bytes[40] = {0};
    for (size_t size = 0; size < sizeof bytes; size++) {
        digest_t plain = digest_bytes(bytes, size);
        digest_t longer = digest_bytes(bytes, size + 1);
        assert_true(plain.a != longer.a && plain.b != longer.b);
        for (size_t i = 0; i < size; i++) {
            bytes[i] = 1;
            digest_t other = digest_bytes(bytes, size);
            assert_true(plain.a != other.a && plain.b != other.b);
            bytes[i] = 0;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(things_are_counted_in_memory),
        cmocka_unit_test(things_are_counted_in_a_file),
        cmocka_unit_test(digests_differ_by_every_byte_and_by_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
