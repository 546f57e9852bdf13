// SPDX-License-Identifier: MPL-2.0
#include "base/fault_json.h"

#include "test/unit/test.h"

static void a_fault_survives_the_way_through_json(void **state)
{
    (void)state;
    fault_t fault;
    fault_set(&fault, ERR_CSV_RAGGED, "close the quote", "line 5 has %d fields", 3);
    fault_at(&fault, 5, 2, "sex");
    json_t *json = fault_to_json(&fault);
    fault_t back;
    assert_int_equal(fault_from_json(json, &back), ERR_CSV_RAGGED);
    assert_int_equal(back.line, 5);
    assert_int_equal(back.step, 2);
    assert_string_equal(back.column, "sex");
    assert_string_equal(back.detail, "line 5 has 3 fields");
    assert_string_equal(back.remedy, "close the quote");
    json_decref(json);
}

static void bytes_that_are_not_utf8_become_question_marks(void **state)
{
    (void)state;
    fault_t fault;
    fault_set(&fault, ERR_CSV_ENCODING, NULL, "caf\xE9 \xFF!");
    json_t *json = fault_to_json(&fault);
    assert_string_equal(json_string_value(json_object_get(json, "detail")), "caf? ?!");
    json_decref(json);
}

static void a_foreign_document_gives_an_internal_fault(void **state)
{
    (void)state;
    json_t *json =
        json_pack("{s:s, s:s, s:I}", "code", "FROM_TOMORROW", "step", "x", "line", (json_int_t)7);
    fault_t fault;
    assert_int_equal(fault_from_json(json, &fault), ERR_INTERNAL);
    assert_int_equal(fault.step, 0);
    assert_int_equal(fault.line, 7);
    json_decref(json);
    assert_int_equal(fault_from_json(NULL, &fault), ERR_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_survives_the_way_through_json),
        cmocka_unit_test(bytes_that_are_not_utf8_become_question_marks),
        cmocka_unit_test(a_foreign_document_gives_an_internal_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
