// SPDX-License-Identifier: MPL-2.0
#include "proto/message.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "test/unit/test.h"

static void wire_names_are_given_once(void **state)
{
    (void)state;
    for (int i = 0; i < MSG_COUNT; i++) {
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(message_schema((message_kind_t)i)->name,
                                    message_schema((message_kind_t)k)->name);
        }
    }
}

static void fault_comes_back_with_its_place(void **state)
{
    (void)state;
    fault_t fault;
    fault_set(&fault, ERR_CSV_RAGGED, "give each row as many fields as the header",
              "line 5 has 3 fields");
    fault_at(&fault, 5, 2, "sex");
    buf_t bytes = {0};
    message_pack_fault(&fault, &bytes);
    fault_t again;
    message_unpack_fault(ERR_INTERNAL, bytes.data, bytes.size, &again);
    assert_int_equal(again.code, ERR_CSV_RAGGED);
    assert_string_equal(again.detail, fault.detail);
    assert_string_equal(again.remedy, fault.remedy);
    assert_string_equal(again.column, "sex");
    assert_int_equal(again.line, 5);
    assert_int_equal(again.step, 2);
    buf_release(&bytes);
}

static void fault_that_cannot_be_read_keeps_its_code(void **state)
{
    (void)state;
    fault_t fault;
    message_unpack_fault(ERR_BUSY, "\xc1", 1, &fault);
    assert_int_equal(fault.code, ERR_BUSY);
    assert_string_equal(fault.detail, "the service is busy");
    message_unpack_fault(ERR_BUSY, NULL, 0, &fault);
    assert_int_equal(fault.code, ERR_BUSY);
}

static void message_over_a_frame_is_refused(void **state)
{
    (void)state;
    char *large = mem_new(LIMIT_FRAME_BYTES + 1);
    msg_fault_t message;
    fault_t fault;
    assert_int_equal(message_unpack(MSG_fault, large, LIMIT_FRAME_BYTES + 1, &message, &fault),
                     ERR_TOO_LARGE);
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wire_names_are_given_once),
        cmocka_unit_test(fault_comes_back_with_its_place),
        cmocka_unit_test(fault_that_cannot_be_read_keeps_its_code),
        cmocka_unit_test(message_over_a_frame_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
