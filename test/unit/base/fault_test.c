// SPDX-License-Identifier: MPL-2.0
#include "base/fault.h"

#include <errno.h>
#include <string.h>

#include "test/unit/test.h"

static void names_and_numbers_are_unique(void **state)
{
    (void)state;
    static const err_t codes[] = {
#define ERROR(name, number, http, exit_code, retryable, text) ERR_##name,
#include "base/error.def"
#undef ERROR
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        assert_int_equal(err_by_name(err_name(codes[i])), codes[i]);
        for (size_t k = 0; k < i; k++) {
            assert_int_not_equal(codes[i], codes[k]);
        }
    }
}

static void an_unknown_number_has_a_name_and_a_status(void **state)
{
    (void)state;
    assert_string_equal(err_name((err_t)9999), "UNKNOWN");
    assert_int_equal(err_http((err_t)9999), 500);
    assert_int_equal(err_by_name("NO_SUCH"), ERR_INTERNAL);
}

static void a_long_column_name_is_cut_between_characters(void **state)
{
    (void)state;
    char name[2 * FAULT_COLUMN_MAX + 1] = {0};
    for (int i = 0; i < FAULT_COLUMN_MAX; i++) {
        name[2 * i] = '\xC3';
        name[2 * i + 1] = '\xA9';
    }
    fault_t fault;
    fault_set(&fault, ERR_COLUMN_UNKNOWN, NULL, "no column");
    fault_at(&fault, 7, 2, name);
    assert_int_equal(strlen(fault.column), FAULT_COLUMN_MAX - 2);
    assert_int_equal(fault.line, 7);
    assert_int_equal(fault.step, 2);
}

static void a_full_disk_is_told_apart_from_other_io_faults(void **state)
{
    (void)state;
    fault_t fault;
    errno = ENOSPC;
    assert_int_equal(fault_errno(&fault, ERR_IO, "/data/log"), ERR_FULL);
    assert_string_not_equal(fault.remedy, "");
    errno = EIO;
    assert_int_equal(fault_errno(&fault, ERR_IO, "/data/log"), ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_numbers_are_unique),
        cmocka_unit_test(an_unknown_number_has_a_name_and_a_status),
        cmocka_unit_test(a_long_column_name_is_cut_between_characters),
        cmocka_unit_test(a_full_disk_is_told_apart_from_other_io_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
