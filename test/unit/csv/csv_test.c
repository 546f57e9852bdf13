// SPDX-License-Identifier: MPL-2.0
#include "data/csv/csv.h"

#include "test/unit/csv/table.h"

static void values_and_quotes_are_kept(void **state)
{
    (void)state;
    assert_table("a,b,c\n1, x ,\"q\"\n\"a \"\"b\"\"\",,\"\"\n", NULL,
                 "2:1| x |[q];3:[a \"b\"]||[];");
    assert_table("a,b\n\"\"\"\",\"\"\"x\"\"\"\n", NULL, "2:[\"]|[\"x\"];");
}

static void all_line_ends_count_the_same(void **state)
{
    (void)state;
    assert_table("a,b\n1,2\n3,4", NULL, "2:1|2;3:3|4;");
    assert_table("a,b\r\n1,2\r\n3,4\r\n", NULL, "2:1|2;3:3|4;");
    assert_table("a,b\r1,2\r3,4\r", NULL, "2:1|2;3:3|4;");
    assert_table("a,b\r\n1,2\n3,4\r5,6\r\n", NULL, "2:1|2;3:3|4;4:5|6;");
}

static void quoted_fields_may_span_lines_and_rows_keep_their_line(void **state)
{
    (void)state;
    assert_table("a,b\n\"x\ny\",1\n\"\r\n\",2\n3,4\n", NULL, "2:[x\ny]|1;4:[\r\n]|2;6:3|4;");
    assert_table("a,b\n\"x\"\"\ny\"\"\n\",1\n3,4\n", NULL, "2:[x\"\ny\"\n]|1;5:3|4;");
}

static void blank_lines_are_skipped_in_wide_tables(void **state)
{
    (void)state;
    assert_table("\n\na,b\n\n1,2\n\n\n3,4\n\n", NULL, "5:1|2;8:3|4;");
    assert_table("a,b\r\n\r\n1,2\r\n", NULL, "3:1|2;");
}

static void blank_lines_are_missing_values_in_one_column(void **state)
{
    (void)state;
    assert_table("a\n1\n\n2\n", NULL, "2:1;3:;4:2;");
    assert_table("a\r\n1\r\n\r\n2\r\n\r\n", NULL, "2:1;3:;4:2;5:;");
}

static void names_come_from_the_header(void **state)
{
    (void)state;
    const char text[] = "\xEF\xBB\xBF\"a \"\"x\"\"\";b\n1;2\n";
    csv_t *csv = NULL;
    fault_t fault;
    free(table_read(text, strlen(text), NULL, &csv, &fault));
    assert_int_equal(csv_columns(csv), 2);
    assert_string_equal(csv_column(csv, 0), "a \"x\"");
    assert_string_equal(csv_column(csv, 1), "b");
    assert_int_equal(csv_dialect(csv)->delimiter, ';');
    assert_true(csv_dialect(csv)->bom);
    assert_int_equal(csv_size(csv), strlen(text));
    assert_int_equal(csv_position(csv), strlen(text));
    csv_destroy(&csv);
}

static void without_a_header_columns_are_numbered(void **state)
{
    (void)state;
    csv_options_t options = {.header = -1};
    assert_table("\n\n1,2\n3,4\n", &options, "3:1|2;4:3|4;");
    assert_table("\r\n\r\n1\r\n\r\n3\r\n", &options, "3:1;4:;5:3;");
    csv_t *csv = NULL;
    fault_t fault;
    free(table_read("1,2\n", 4, &options, &csv, &fault));
    assert_string_equal(csv_column(csv, 1), "column_2");
    csv_destroy(&csv);
}

static void faults_are_those_of_libcsv(void **state)
{
    (void)state;
    const struct {
        const char *text;
        err_t code;
        int64_t line;
        const char *column;
    } cases[] = {{"a,b,c\n1,2,3\n\"x\n\",2,3\n1,2\n", ERR_CSV_RAGGED, 5, ""},
                 {"a,b\n1,2,3,4\n", ERR_CSV_RAGGED, 2, ""},
                 {"a,b\n1,2\n3,\"oops\n5,6\n7,8\n", ERR_CSV_QUOTE, 3, "b"},
                 {"a,b\n1,\"oops\n5,6\n7,\"x\"\n", ERR_CSV_QUOTE, 2, "b"},
                 {"a,b\n1,5'10\"\n", ERR_CSV_QUOTE, 2, "b"},
                 {"a,b\n1,\"x\" \n", ERR_CSV_QUOTE, 2, "b"},
                 {"a,b\n1,\"x\ny\xE9\"\n", ERR_CSV_ENCODING, 3, ""},
                 {"", ERR_CSV_EMPTY, 0, ""},
                 {"\n\r\n\n", ERR_CSV_EMPTY, 0, ""},
                 {"a,b,a\n1,2,3\n", ERR_CSV_HEADER, 1, "a"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        csv_options_t options = {.encoding = ENCODING_UTF8, .delimiter = ','};
        fault_t fault =
            assert_table_fault(cases[i].text, strlen(cases[i].text), &options, cases[i].code);
        assert_int_equal(fault.line, cases[i].line);
        assert_string_equal(fault.column, cases[i].column);
    }
    fault_t fault = assert_table_fault("a,b\n1,2\n3,\0\n", 12, NULL, ERR_CSV_NUL);
    assert_int_equal(fault.line, 3);
}

static void options_without_sense_are_refused(void **state)
{
    (void)state;
    assert_table_fault("a\n", 2, &(csv_options_t){.delimiter = '"'}, ERR_INVALID);
    assert_table_fault("a\n", 2, &(csv_options_t){.delimiter = '\n'}, ERR_INVALID);
    assert_table_fault("a\n", 2, &(csv_options_t){.delimiter = (char)0xE9}, ERR_INVALID);
    assert_table_fault("a\n", 2, &(csv_options_t){.quote = 'x'}, ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_quotes_are_kept),
        cmocka_unit_test(all_line_ends_count_the_same),
        cmocka_unit_test(quoted_fields_may_span_lines_and_rows_keep_their_line),
        cmocka_unit_test(blank_lines_are_skipped_in_wide_tables),
        cmocka_unit_test(blank_lines_are_missing_values_in_one_column),
        cmocka_unit_test(names_come_from_the_header),
        cmocka_unit_test(without_a_header_columns_are_numbered),
        cmocka_unit_test(faults_are_those_of_libcsv),
        cmocka_unit_test(options_without_sense_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
