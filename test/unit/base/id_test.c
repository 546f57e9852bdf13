// SPDX-License-Identifier: MPL-2.0
#include "base/id.h"

#include <string.h>

#include "base/clock.h"
#include "test/unit/test.h"

static void a_new_id_is_valid_for_its_prefix_only(void **state)
{
    (void)state;
    char id[ID_SIZE];
    id_new(id, "ds_");
    assert_true(id_valid(id, "ds_"));
    assert_false(id_valid(id, "jb_"));
    id[5] = 'U';
    assert_false(id_valid(id, "ds_"));
    assert_false(id_valid("ds_", "ds_"));
}

static void two_ids_differ_and_share_their_time(void **state)
{
    (void)state;
    char a[ID_SIZE];
    char b[ID_SIZE];
    id_new(a, "jb_");
    id_new(b, "jb_");
    assert_string_not_equal(a, b);
    assert_memory_equal(a, b, 9); // prefix and the upper bits of the time
}

static void time_is_written_as_rfc3339(void **state)
{
    (void)state;
    char text[CLOCK_TEXT_SIZE];
    clock_rfc3339(1795414331042, text);
    assert_string_equal(text, "2026-11-23T06:12:11.042Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_id_is_valid_for_its_prefix_only),
        cmocka_unit_test(two_ids_differ_and_share_their_time),
        cmocka_unit_test(time_is_written_as_rfc3339),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
