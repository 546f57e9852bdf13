// SPDX-License-Identifier: MPL-2.0
#include "data/csv/lenient.h"

#include "test/unit/csv/table.h"

static const csv_options_t LENIENT = {
    .lenient = true, .encoding = ENCODING_UTF8, .delimiter = ',', .header = 1};

static void assert_lenient(const char *text, const char *expected)
{
    assert_table(text, &LENIENT, expected);
}

static void good_tables_are_read_as_they_are(void **state)
{
    (void)state;
    assert_lenient("a,b\r\n1,\"x\"\"y\"\r\n\r\n\"p\r\nq\",\r\n", "2:1|[x\"y];4:[p\r\nq]|;");
    assert_lenient("a\n1\n\n2\n", "2:1;3:;4:2;");
}

static void stray_quotes_are_characters(void **state)
{
    (void)state;
    assert_lenient("a,b\n5'10\",x\n1, \"y\"\n", "2:5'10\"|x;3:1| \"y\";");
}

static void text_behind_a_closing_quote_is_kept(void **state)
{
    (void)state;
    assert_lenient("a,b\n\"x\"y,1\n\"x\" ,2\n\"x\"y\"\"z,3\n", "2:[xy]|1;3:[x ]|2;4:[xy\"\"z]|3;");
}

static void rows_of_another_width_are_left_out(void **state)
{
    (void)state;
    assert_lenient("a,b\n1,2\n1,2,3\n1\n3,4\n", "2:1|2;5:3|4;!3 fields 1,2,3;!4 fields 1;");
}

static void an_open_quote_costs_its_line_only(void **state)
{
    (void)state;
    assert_lenient("a,b\n1,2\n3,\"oops\n5,6\n7,8\n", "2:1|2;4:5|6;5:7|8;!3 quote 3,\"oops;");
    assert_lenient("a,b\r\n3,\"oops\r\n5,6\r\n7,\"x\"\r\n", "3:5|6;4:7|[x];!2 quote 3,\"oops;");
    assert_lenient("a,b\n3,\"oops", "!2 quote 3,\"oops;");
    assert_lenient("a,b\n\"p\nq\",\"oops\n5,6\n", "4:5|6;!2 quote \"p;");
}

static void nul_and_bytes_that_are_not_utf8_are_left_out(void **state)
{
    (void)state;
    const char text[] = "a,b\n1,\xE9\n2,\0\n3,4\n";
    fault_t fault;
    char *got = table_read(text, sizeof text - 1, &LENIENT, NULL, &fault);
    assert_string_equal(got, "4:3|4;!2 encoding 1,?;!3 nul 2,?;");
    free(got);
}

static void what_is_too_large_is_left_out(void **state)
{
    (void)state;
    const size_t size = (1 << 20) + 1;
    buf_t text = {0};
    buf_add(&text, "a,b\n1,", 6);
    memset(buf_reserve(&text, size), 'x', size);
    text.size += size;
    buf_add(&text, "\n2,3\n1,\"", 8);
    memset(buf_reserve(&text, size), 'x', size);
    text.size += size;
    buf_add(&text, "\"\n4,5\n", 6);
    fault_t fault;
    char *got = table_read(text.data, text.size, &LENIENT, NULL, &fault);
    assert_int_equal(strncmp(got, "3:2|3;5:4|5;!2 size 1,xxx", 25), 0);
    assert_non_null(strstr(got, ";!4 size 1,\"xxx"));
    free(got);
    buf_release(&text);
}

static void headers_are_mended(void **state)
{
    (void)state;
    const char text[] = "a,,a,a_2,b \"x\"\n1,2,3,4,5\n";
    csv_t *csv = NULL;
    fault_t fault;
    char *got = table_read(text, sizeof text - 1, &LENIENT, &csv, &fault);
    assert_string_equal(got, "2:1|2|3|4|5;");
    const char *const names[] = {"a", "column_2", "a_2", "a_2_2", "b \"x\""};
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(csv_column(csv, i), names[i]);
    }
    free(got);
    csv_destroy(&csv);
    assert_table_fault("\n\n", 2, &LENIENT, ERR_CSV_EMPTY);
    assert_table_fault("a,\"b\n1,2\n", 9, &LENIENT, ERR_CSV_QUOTE);
    assert_table_fault("a,\xE9\n1,2\n", 8, &LENIENT, ERR_CSV_ENCODING);
}

static void at_most_a_thousand_bad_lines_are_listed_and_all_are_counted(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_addf(&text, "a,b\n");
    for (int i = 0; i < 3000; i++) {
        buf_addf(&text, "1,2\nbad\n");
    }
    table_t table = table_of(text.data, text.size);
    csv_options_t options = LENIENT;
    options.piece_bytes = 1000;
    csv_t *csv = NULL;
    assert_int_equal(csv_open(table.path, &options, &csv, NULL), ERR_OK);
    assert_int_equal(csv_restart(csv, NULL), ERR_OK);
    assert_true(csv_is_careful(csv));
    csv_piece_t piece = {0};
    bool more = true;
    int64_t listed = 0;
    int64_t bad = 0;
    int64_t rows = 0;
    while (more) {
        assert_int_equal(csv_take(csv, &piece, &more, NULL), ERR_OK);
        assert_int_equal(piece.row, rows);
        rows += (int64_t)piece.rows;
        listed += (int64_t)piece.bad_listed;
        bad += piece.bad_count;
    }
    assert_int_equal(rows, 3000);
    assert_int_equal(bad, 3000);
    assert_int_equal(listed, CSV_BAD_LISTED);
    piece_release(&piece);
    csv_destroy(&csv);
    table_release(&table);
    buf_release(&text);
}

static void bad_lines_are_shown_cut_between_characters(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_addf(&text, "a,b\nx");
    for (int i = 0; i < 60; i++) {
        buf_addf(&text, "\xC3\xA9");
    }
    buf_addf(&text, "\n");
    fault_t fault;
    char *got = table_read(text.data, text.size, &LENIENT, NULL, &fault);
    assert_null(strchr(got, '?'));
    assert_int_equal(strlen(got), strlen("!2 fields ;") + 79);
    free(got);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_tables_are_read_as_they_are),
        cmocka_unit_test(stray_quotes_are_characters),
        cmocka_unit_test(text_behind_a_closing_quote_is_kept),
        cmocka_unit_test(rows_of_another_width_are_left_out),
        cmocka_unit_test(an_open_quote_costs_its_line_only),
        cmocka_unit_test(nul_and_bytes_that_are_not_utf8_are_left_out),
        cmocka_unit_test(what_is_too_large_is_left_out),
        cmocka_unit_test(headers_are_mended),
        cmocka_unit_test(at_most_a_thousand_bad_lines_are_listed_and_all_are_counted),
        cmocka_unit_test(bad_lines_are_shown_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
