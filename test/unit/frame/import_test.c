// SPDX-License-Identifier: MPL-2.0
#include "data/frame/import.h"

#include <math.h>

#include "data/frame/column_facts.h"
#include "test/unit/engine/temp.h"

static const json_t *column_of(const json_t *description, const char *name)
{
    const json_t *columns = json_object_get(description, "columns");
    size_t i;
    json_t *column;
    json_array_foreach(columns, i, column)
    {
        if (strcmp(json_string_value(json_object_get(column, "name")), name) == 0) {
            return column;
        }
    }
    fail_msg("no column %s", name);
    return NULL;
}

static err_t import_file(const char *path, json_t **ret_description, fault_t *fault)
{
    int fd = -1;
    assert_int_equal(import_scratch("/tmp", &fd, fault), ERR_OK);
    import_t import = {.threads = 2};
    err_t err = import_run(path, &import, fd, ret_description, fault);
    close(fd);
    return err;
}

static void assert_type(const char *values, const char *type)
{
    char text[256];
    snprintf(text, sizeof text, "x,y\n%s", values);
    temp_t temp = temp_table(text);
    const json_t *column = column_of(temp.description, "x");
    assert_string_equal(json_string_value(json_object_get(column, "type")), type);
    temp_release(&temp);
}

static void types_come_from_all_rows(void **state)
{
    (void)state;
    assert_type("1,\n2,\nNA,\n", "integer");
    assert_type("1,\n2.5,\nNaN,\n", "float");
    assert_type("1,\n2.5,\nx,\n", "text");
    assert_type("1,\n9223372036854775808,\n", "text");
    assert_type("007,\n8,\n", "text");
    assert_type("+7,\n8,\n", "text");
    assert_type("NA,\n,\n\"null\",\nN/A,\n", "text");
    assert_type("1e400,\n", "text");
    assert_type("\"1\",\n\"2\",\n", "integer");
}

static void penguins_are_described_as_pandas_does(void **state)
{
    (void)state;
    json_t *description = NULL;
    fault_t fault = {0};
    assert_int_equal(import_file(TEST_DATA "/penguins.csv", &description, &fault), ERR_OK);
    assert_int_equal(json_integer_value(json_object_get(description, "rows")), 344);
    assert_int_equal(json_integer_value(json_object_get(description, "bytes")), 15241);
    const json_t *bill = column_of(description, "bill_length_mm");
    assert_int_equal(json_integer_value(json_object_get(bill, "missing")), 2);
    assert_int_equal(json_integer_value(json_object_get(bill, "distinct")), 164);
    assert_true(json_is_true(json_object_get(bill, "distinct_exact")));
    double mean = json_real_value(json_object_get(bill, "mean"));
    double sd = json_real_value(json_object_get(bill, "sd"));
    assert_true(fabs(mean - 43.92192982456141) < 1e-13);
    assert_true(fabs(sd - 5.4515960231618195) < 1e-13);
    const json_t *sex = column_of(description, "sex");
    assert_int_equal(json_integer_value(json_object_get(sex, "missing")), 11);
    assert_null(json_object_get(sex, "mean"));
    json_decref(description);
}

static void numbers_are_distinct_by_value_and_texts_by_bytes(void **state)
{
    (void)state;
    temp_t temp = temp_table("n,t,i\n1,1,9007199254740993\n1.0,1.0,9007199254740992\n-0.0,x,1\n"
                             "0,x,2\n1e0,y,3\n0.5,y,4\n");
    const json_t *column = column_of(temp.description, "n");
    assert_int_equal(json_integer_value(json_object_get(column, "distinct")), 3);
    column = column_of(temp.description, "t");
    assert_int_equal(json_integer_value(json_object_get(column, "distinct")), 4);
    column = column_of(temp.description, "i");
    assert_int_equal(json_integer_value(json_object_get(column, "distinct")), 6);
    assert_int_equal(json_integer_value(json_object_get(column, "max")), 9007199254740993);
    temp_release(&temp);
}

static void examples_are_the_first_distinct_values_cut_to_size(void **state)
{
    (void)state;
    temp_t temp = temp_table("t\nb\nb\nNA\na\n"
                             "123456789012345678901234567890123456789\xE2\x82\xACxyz\nd\n");
    const json_t *examples = json_object_get(column_of(temp.description, "t"), "examples");
    assert_int_equal(json_array_size(examples), 3);
    assert_string_equal(json_string_value(json_array_get(examples, 0)), "b");
    assert_string_equal(json_string_value(json_array_get(examples, 1)), "a");
    assert_string_equal(json_string_value(json_array_get(examples, 2)),
                        "123456789012345678901234567890123456789");
    temp_release(&temp);
}

static void distinct_values_are_counted_up_to_a_limit(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_add(&text, "n,m\n", 4);
    for (int i = 0; i < COLUMN_DISTINCT_MAX + 5; i++) {
        buf_addf(&text, "%d,%d\n", i, i < COLUMN_DISTINCT_MAX ? i : 0);
    }
    buf_add(&text, "", 1);
    temp_t temp = temp_table(text.data);
    const json_t *column = column_of(temp.description, "n");
    assert_true(json_integer_value(json_object_get(column, "distinct")) > COLUMN_DISTINCT_MAX);
    assert_true(json_is_false(json_object_get(column, "distinct_exact")));
    column = column_of(temp.description, "m");
    assert_int_equal(json_integer_value(json_object_get(column, "distinct")), COLUMN_DISTINCT_MAX);
    assert_true(json_is_true(json_object_get(column, "distinct_exact")));
    temp_release(&temp);
    buf_release(&text);
}

static void statistics_beyond_a_double_are_null(void **state)
{
    (void)state;
    temp_t temp = temp_table("x\n1e200\n-1e200\n");
    const json_t *column = column_of(temp.description, "x");
    assert_true(json_is_null(json_object_get(column, "sd")));
    assert_true(json_is_real(json_object_get(column, "max")));
    temp_release(&temp);
}

static err_t inspect_text(const char *text, size_t size, fault_t *fault)
{
    char path[32];
    temp_path(path);
    temp_write(path, text, size);
    json_t *description = NULL;
    err_t err = import_file(path, &description, fault);
    assert_true((description == NULL) == (err != ERR_OK));
    json_decref(description);
    unlink(path);
    return err;
}

static void a_table_without_rows_is_refused(void **state)
{
    (void)state;
    fault_t fault = {0};
    assert_int_equal(inspect_text("", 0, &fault), ERR_CSV_EMPTY);
    assert_int_equal(inspect_text("a,b\n", 4, &fault), ERR_CSV_EMPTY);
    assert_string_not_equal(fault.remedy, "");
    assert_int_equal(inspect_text("a,b", 3, &fault), ERR_CSV_EMPTY);
}

static void a_field_of_two_gigabytes_ends_soon(void **state)
{
    (void)state;
    char path[32];
    temp_path(path);
    temp_write(path, "a,b\n1,\"", 7);
    assert_int_equal(truncate(path, 2LL << 30), 0);
    json_t *description = NULL;
    fault_t fault = {0};
    assert_int_equal(import_file(path, &description, &fault), ERR_CSV_NUL);
    assert_int_equal(fault.line, 2);
    assert_string_equal(fault.column, "b");
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_come_from_all_rows),
        cmocka_unit_test(penguins_are_described_as_pandas_does),
        cmocka_unit_test(numbers_are_distinct_by_value_and_texts_by_bytes),
        cmocka_unit_test(examples_are_the_first_distinct_values_cut_to_size),
        cmocka_unit_test(distinct_values_are_counted_up_to_a_limit),
        cmocka_unit_test(statistics_beyond_a_double_are_null),
        cmocka_unit_test(a_table_without_rows_is_refused),
        cmocka_unit_test(a_field_of_two_gigabytes_ends_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
