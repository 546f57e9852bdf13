// SPDX-License-Identifier: MPL-2.0
#include "data/engine/preview.h"

#include "test/unit/engine/temp.h"

static json_t *preview(const temp_t *temp, const char *recipe, fault_t *fault)
{
    json_t *steps = json_of(recipe);
    json_t *result = NULL;
    preview_t wish = {.frame = temp->frame, .recipe = steps, .threads = 2};
    preview_make(&wish, &result, fault);
    json_decref(steps);
    return result;
}

static void a_preview_shows_before_after_and_what_changed(void **state)
{
    (void)state;
    temp_t temp = temp_table("c,x,y\na,1.0,NA\nb,,7\nNA,3,8\n");
    fault_t fault = {0};
    json_t *made = preview(&temp,
                           "[{\"op\":\"missing\",\"method\":\"drop_rows\",\"columns\":[\"c\"]},"
                           "{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"x\"]},"
                           "{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"c\"]}]",
                           &fault);
    assert_string_equal(fault.detail, "");
    json_t *expected = json_of(
        "{\"total_rows\":3,\"rows_after\":2,\"from\":0,"
        "\"before\":{\"columns\":[{\"name\":\"c\",\"type\":\"text\"},"
        "{\"name\":\"x\",\"type\":\"float\"},{\"name\":\"y\",\"type\":\"integer\"}],"
        "\"rows\":[[\"a\",\"1.0\",null],[\"b\",null,\"7\"],[null,\"3\",\"8\"]]},"
        "\"after\":{\"columns\":["
        "{\"name\":\"c_a\",\"type\":\"integer\",\"from\":\"c\",\"changed\":true},"
        "{\"name\":\"c_b\",\"type\":\"integer\",\"from\":\"c\",\"changed\":true},"
        "{\"name\":\"x\",\"type\":\"float\",\"from\":\"x\",\"changed\":true},"
        "{\"name\":\"y\",\"type\":\"integer\",\"from\":\"y\",\"changed\":false}],"
        "\"row_numbers\":[1,2],\"rows\":[[\"1\",\"0\",\"1.0\",null],[\"0\",\"1\",\"1\",\"7\"]],"
        "\"changed\":[[0,1],[0,1,2]]},"
        "\"steps\":[{\"op\":\"missing\",\"method\":\"drop_rows\",\"columns\":[\"c\"],"
        "\"rows_dropped\":1,\"parameters\":[]},"
        "{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"x\"],"
        "\"parameters\":[{\"column\":\"x\",\"value\":1}]},"
        "{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"c\"],"
        "\"parameters\":[{\"column\":\"c\",\"levels\":[\"a\",\"b\"],\"levels_total\":2}]}]}");
    assert_true(json_equal(made, expected));
    json_decref(expected);
    json_decref(made);
    temp_release(&temp);
}

static void parameters_come_from_rows_beyond_the_shown_ones(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_add(&text, "x\n", 2);
    for (int i = 0; i < 1000; i++) {
        buf_addf(&text, "%d\n", i);
    }
    buf_add(&text, "", 1);
    temp_t temp = temp_table(text.data);
    fault_t fault = {0};
    json_t *made =
        preview(&temp, "[{\"op\":\"scale\",\"method\":\"min_max\",\"columns\":[\"x\"]}]", &fault);
    const json_t *rows = json_object_get(json_object_get(made, "after"), "rows");
    assert_int_equal(json_array_size(rows), PREVIEW_ROWS);
    const json_t *cell = json_array_get(json_array_get(rows, 49), 0);
    assert_string_equal(json_string_value(cell), "0.04904904904904905");
    json_decref(made);
    temp_release(&temp);
    buf_release(&text);
}

static void long_cells_are_cut_between_characters(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_add(&text, "t\n", 2);
    for (int i = 0; i < 1000; i++) {
        buf_add(&text, "\xE2\x82\xAC", 3);
    }
    buf_add(&text, "\n", 2);
    temp_t temp = temp_table(text.data);
    fault_t fault = {0};
    json_t *made = preview(&temp, "[]", &fault);
    const json_t *rows = json_object_get(json_object_get(made, "before"), "rows");
    const char *cell = json_string_value(json_array_get(json_array_get(rows, 0), 0));
    assert_int_equal(strlen(cell), PREVIEW_CELL_BYTES / 3 * 3 + 3);
    json_decref(made);
    temp_release(&temp);
    buf_release(&text);
}

static void behind_a_sort_the_first_output_rows_are_shown(void **state)
{
    (void)state;
    temp_t temp = temp_table("x,y\n3,c\n1,a\n2,b\n");
    fault_t fault = {0};
    json_t *made = preview(&temp,
                           "[{\"op\":\"sort\",\"columns\":[\"x\"]},"
                           "{\"op\":\"scale\",\"method\":\"min_max\",\"columns\":[\"x\"]}]",
                           &fault);
    assert_string_equal(fault.detail, "");
    json_t *before = json_of("[[\"3\",\"c\"],[\"1\",\"a\"],[\"2\",\"b\"]]");
    json_t *after = json_of("[[\"0\",\"a\"],[\"0.5\",\"b\"],[\"1\",\"c\"]]");
    assert_true(json_equal(json_object_get(json_object_get(made, "before"), "rows"), before));
    assert_true(json_equal(json_object_get(json_object_get(made, "after"), "rows"), after));
    assert_int_equal(json_array_size(json_object_get(made, "steps")), 2);
    json_decref(before);
    json_decref(after);
    json_decref(made);
    temp_release(&temp);
}

static void a_recipe_with_issues_gives_the_first_one(void **state)
{
    (void)state;
    temp_t temp = temp_table("x,t\n1,a\n2,b\n");
    fault_t fault = {0};
    assert_null(
        preview(&temp, "[{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"t\"]}]", &fault));
    assert_int_equal(fault.code, ERR_COLUMN_TYPE);
    assert_int_equal(fault.step, 1);
    assert_string_equal(fault.column, "t");
    temp_release(&temp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_preview_shows_before_after_and_what_changed),
        cmocka_unit_test(parameters_come_from_rows_beyond_the_shown_ones),
        cmocka_unit_test(long_cells_are_cut_between_characters),
        cmocka_unit_test(behind_a_sort_the_first_output_rows_are_shown),
        cmocka_unit_test(a_recipe_with_issues_gives_the_first_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
