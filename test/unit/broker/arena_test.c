// SPDX-License-Identifier: MPL-2.0
#include "broker/core/slab.h"

#include <string.h>

#include "base/mem.h"
#include "test/unit/test.h"

enum { BLOCK_BYTES = 64 * 1024 };

// Sizes around the slab's own block, in turns with small ones.
static const size_t SIZES[] = {
    1,  16, BLOCK_BYTES,     40, BLOCK_BYTES - 16,    100, BLOCK_BYTES / 4,
    17, 0,  BLOCK_BYTES + 1, 3,  BLOCK_BYTES / 4 + 1, 8,   BLOCK_BYTES};
enum { SIZE_COUNT = sizeof SIZES / sizeof SIZES[0], ROUNDS = 40 };

static void pieces_do_not_overlap(void **state)
{
    (void)state;
    slab_t slab = {0};
    for (int reset = 0; reset < 3; reset++) {
        unsigned char *pieces[ROUNDS * SIZE_COUNT];
        for (size_t i = 0; i < ROUNDS * SIZE_COUNT; i++) {
            pieces[i] = slab_new(&slab, SIZES[i % SIZE_COUNT]);
            memset(pieces[i], (int)(i % 251), SIZES[i % SIZE_COUNT]);
        }
        for (size_t i = 0; i < ROUNDS * SIZE_COUNT; i++) {
            for (size_t k = 0; k < SIZES[i % SIZE_COUNT]; k++) {
                assert_int_equal(pieces[i][k], i % 251);
            }
        }
        slab_adopt(&slab, mem_new(10));
        slab_adopt(&slab, NULL);
        slab_reset(&slab);
    }
    slab_release(&slab);
}

static void copies_are_equal_and_absent_stays_absent(void **state)
{
    (void)state;
    slab_t slab = {0};
    view_t copy = slab_dup(&slab, view_of("text"));
    assert_true(view_equals(copy, "text"));
    assert_null(slab_dup(&slab, (view_t){0}).data);
    assert_non_null(slab_dup(&slab, (view_t){"", 0}).data);
    slab_release(&slab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_do_not_overlap),
        cmocka_unit_test(copies_are_equal_and_absent_stays_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
