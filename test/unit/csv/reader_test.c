// SPDX-License-Identifier: MPL-2.0
#include "data/csv/reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "test/unit/test.h"

// Reads a whole table and writes it down as "<line>:value|value;" a row, values as they are.
static err_t digest(const char *bytes, size_t size, size_t chunk, buf_t *out, fault_t *fault)
{
    reader_options_t options = {.chunk_bytes = chunk};
    reader_t *reader = NULL;
    err_t err = reader_open_memory(bytes, size, &options, &reader, fault);
    const reader_row_t *row = NULL;
    while (err == ERR_OK) {
        err = reader_next(reader, &row, fault);
        if (err != ERR_OK || !row) {
            break;
        }
        buf_addf(out, "%lld:", (long long)row->line);
        for (size_t i = 0; i < row->count; i++) {
            buf_addf(out, "%s%.*s<%.*s>", i ? "|" : "", (int)row->fields[i].size,
                     row->fields[i].text, (int)row->fields[i].raw_size, row->fields[i].raw);
        }
        buf_add(out, ";", 1);
    }
    reader_destroy(&reader);
    return err;
}

static void assert_rows(const char *bytes, const char *expected)
{
    const size_t chunks[] = {0, 1, 2, 3, 7, 64};
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        buf_t out = {0};
        fault_t fault = {0};
        err_t err = digest(bytes, strlen(bytes), chunks[i], &out, &fault);
        assert_string_equal(fault.detail, "");
        assert_int_equal(err, ERR_OK);
        buf_add(&out, "", 1);
        assert_string_equal(out.data, expected);
        buf_release(&out);
    }
}

static fault_t assert_fault(const char *bytes, size_t size, err_t code)
{
    fault_t first = {0};
    const size_t chunks[] = {0, 1, 5};
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        buf_t out = {0};
        fault_t fault = {0};
        assert_int_equal(digest(bytes, size, chunks[i], &out, &fault), code);
        assert_int_equal(fault.code, code);
        assert_string_not_equal(fault.detail, "");
        assert_string_not_equal(fault.remedy, "");
        buf_release(&out);
        first = i == 0 ? fault : first;
        assert_int_equal(fault.line, first.line);
        assert_string_equal(fault.detail, first.detail);
    }
    return first;
}

static fault_t assert_text_fault(const char *text, err_t code)
{
    return assert_fault(text, strlen(text), code);
}

static void values_and_raw_bytes_are_kept(void **state)
{
    (void)state;
    assert_rows("a,b,c\n1, x ,\"q\"\n\"a \"\"b\"\"\",,\"\"\n",
                "2:1<1>| x < x >|q<\"q\">;3:a \"b\"<\"a \"\"b\"\"\">|<>|<\"\">;");
}

static void all_line_ends_count_the_same(void **state)
{
    (void)state;
    assert_rows("a,b\n1,2\n3,4", "2:1<1>|2<2>;3:3<3>|4<4>;");
    assert_rows("a,b\r\n1,2\r\n3,4\r\n", "2:1<1>|2<2>;3:3<3>|4<4>;");
    assert_rows("a,b\r1,2\r3,4\r", "2:1<1>|2<2>;3:3<3>|4<4>;");
}

static void quoted_fields_may_span_lines_and_rows_keep_their_line(void **state)
{
    (void)state;
    assert_rows("a,b\n\"x\ny\",1\n\"\r\n\",2\n3,4\n",
                "2:x\ny<\"x\ny\">|1<1>;4:\r\n<\"\r\n\">|2<2>;6:3<3>|4<4>;");
}

static void blank_lines_are_skipped_in_wide_tables(void **state)
{
    (void)state;
    assert_rows("\n\na,b\n\n1,2\n\n\n3,4\n\n", "5:1<1>|2<2>;8:3<3>|4<4>;");
    assert_rows("a,b\r\n\r\n1,2\r\n", "3:1<1>|2<2>;");
}

static void blank_lines_are_missing_values_in_one_column(void **state)
{
    (void)state;
    assert_rows("a\n1\n\n2\n", "2:1<1>;3:<>;4:2<2>;");
    assert_rows("a\r\n1\r\n\r\n2\r\n\r\n", "2:1<1>;3:<>;4:2<2>;5:<>;");
}

static void byte_order_mark_goes(void **state)
{
    (void)state;
    const char *text = "\xEF\xBB\xBF\"a\",b\n1,2\n";
    reader_t *reader = NULL;
    assert_int_equal(reader_open_memory(text, strlen(text), NULL, &reader, NULL), ERR_OK);
    assert_string_equal(reader_header(reader)->fields[0].text, "a");
    assert_int_equal(reader_header(reader)->line, 1);
    reader_destroy(&reader);
}

static void delimiter_is_found_in_the_header(void **state)
{
    (void)state;
    const struct {
        const char *text;
        char delimiter;
    } cases[] = {{"a;b;c\n1,5;2;3\n", ';'},
                 {"a\tb\n1\t2\n", '\t'},
                 {"a|b\n1|2\n", '|'},
                 {"\"x;y;z\",b\n1,2\n", ','},
                 {"a\n1\n", ','}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        reader_t *reader = NULL;
        assert_int_equal(
            reader_open_memory(cases[i].text, strlen(cases[i].text), NULL, &reader, NULL), ERR_OK);
        assert_int_equal(reader_delimiter(reader), cases[i].delimiter);
        reader_destroy(&reader);
    }
}

static void an_empty_file_is_refused(void **state)
{
    (void)state;
    assert_text_fault("", ERR_CSV_EMPTY);
    assert_text_fault("\n\r\n\n", ERR_CSV_EMPTY);
    assert_text_fault("\xEF\xBB\xBF", ERR_CSV_EMPTY);
}

static void ragged_row_names_its_line_and_both_counts(void **state)
{
    (void)state;
    fault_t fault = assert_text_fault("a,b,c\n1,2,3\n\"x\n\",2,3\n1,2\n", ERR_CSV_RAGGED);
    assert_int_equal(fault.line, 5);
    assert_string_equal(fault.detail, "line 5 has 2 fields, the header has 3");
    fault = assert_text_fault("a,b\n1,2,3,4\n", ERR_CSV_RAGGED);
    assert_string_equal(fault.detail, "line 2 has 4 fields, the header has 2");
}

static void unterminated_quote_names_the_line_where_it_opened(void **state)
{
    (void)state;
    fault_t fault = assert_text_fault("a,b\n1,2\n3,\"oops\n5,6\n7,8\n", ERR_CSV_QUOTE);
    assert_int_equal(fault.line, 3);
    assert_string_equal(fault.column, "b");
    fault = assert_text_fault("a,b\n1,\"oops\n5,6\n7,\"x\"\n", ERR_CSV_QUOTE);
    assert_int_equal(fault.line, 2);
    fault = assert_text_fault("a,b\n1,5'10\"\n", ERR_CSV_QUOTE);
    assert_int_equal(fault.line, 2);
}

static void nul_bytes_are_refused_with_their_line(void **state)
{
    (void)state;
    const char text[] = "a,b\n1,2\n3,\0\n";
    fault_t fault = assert_fault(text, sizeof text - 1, ERR_CSV_NUL);
    assert_int_equal(fault.line, 3);
}

static void bytes_that_are_not_utf8_are_refused_with_their_line(void **state)
{
    (void)state;
    fault_t fault = assert_text_fault("a,b\n1,\"x\ny\xE9\"\n", ERR_CSV_ENCODING);
    assert_int_equal(fault.line, 3);
    assert_non_null(strstr(fault.detail, "0xE9"));
    assert_text_fault("caf\xE9,b\n1,2\n", ERR_CSV_ENCODING);
}

static void unusable_headers_are_refused(void **state)
{
    (void)state;
    fault_t fault = assert_text_fault("a,b,a\n1,2,3\n", ERR_CSV_HEADER);
    assert_string_equal(fault.column, "a");
    assert_text_fault("a,,c\n1,2,3\n", ERR_CSV_HEADER);
    buf_t wide = {0};
    for (int i = 0; i <= READER_COLUMNS_MAX; i++) {
        buf_addf(&wide, "c%d,", i);
    }
    assert_fault(wide.data, wide.size, ERR_CSV_HEADER);
    buf_clear(&wide);
    memset(buf_reserve(&wide, READER_NAME_BYTES + 1), 'n', READER_NAME_BYTES + 1);
    wide.size = READER_NAME_BYTES + 1;
    assert_fault(wide.data, wide.size, ERR_CSV_HEADER);
    buf_release(&wide);
}

static void a_field_beyond_the_limit_is_refused(void **state)
{
    (void)state;
    const size_t size = 3 << 20;
    buf_t big = {0};
    buf_add(&big, "a,b\n1,\"", 7);
    memset(buf_reserve(&big, size), 'x', size);
    big.size += size;
    buf_t out = {0};
    fault_t fault = {0};
    assert_int_equal(digest(big.data, big.size, 0, &out, &fault), ERR_CSV_FIELD);
    assert_int_equal(fault.line, 2);
    assert_string_equal(fault.column, "b");
    buf_release(&out);
    buf_release(&big);
}

static void a_field_at_the_limit_is_read(void **state)
{
    (void)state;
    buf_t big = {0};
    buf_add(&big, "a\n", 2);
    memset(buf_reserve(&big, READER_FIELD_BYTES), 'x', READER_FIELD_BYTES);
    big.size += READER_FIELD_BYTES;
    buf_t out = {0};
    assert_int_equal(digest(big.data, big.size, 0, &out, NULL), ERR_OK);
    buf_release(&out);
    buf_release(&big);
}

static void a_missing_file_is_not_found(void **state)
{
    (void)state;
    reader_t *reader = NULL;
    fault_t fault;
    assert_int_equal(reader_open("/nonexistent/x.csv", NULL, &reader, &fault), ERR_NOT_FOUND);
    assert_null(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_raw_bytes_are_kept),
        cmocka_unit_test(all_line_ends_count_the_same),
        cmocka_unit_test(quoted_fields_may_span_lines_and_rows_keep_their_line),
        cmocka_unit_test(blank_lines_are_skipped_in_wide_tables),
        cmocka_unit_test(blank_lines_are_missing_values_in_one_column),
        cmocka_unit_test(byte_order_mark_goes),
        cmocka_unit_test(delimiter_is_found_in_the_header),
        cmocka_unit_test(an_empty_file_is_refused),
        cmocka_unit_test(ragged_row_names_its_line_and_both_counts),
        cmocka_unit_test(unterminated_quote_names_the_line_where_it_opened),
        cmocka_unit_test(nul_bytes_are_refused_with_their_line),
        cmocka_unit_test(bytes_that_are_not_utf8_are_refused_with_their_line),
        cmocka_unit_test(unusable_headers_are_refused),
        cmocka_unit_test(a_field_beyond_the_limit_is_refused),
        cmocka_unit_test(a_field_at_the_limit_is_read),
        cmocka_unit_test(a_missing_file_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
