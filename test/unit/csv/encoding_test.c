// SPDX-License-Identifier: MPL-2.0
#include "data/csv/encoding.h"

#include <iconv.h>

#include "test/unit/csv/table.h"

// Many rows of western text, so that there is something to guess from.
static buf_t western(void)
{
    buf_t text = {0};
    buf_addf(&text, "name,stra\xC3\x9F"
                    "e\n");
    for (int i = 0; i < 200; i++) {
        buf_addf(&text,
                 "M\xC3\xBCller,G\xC3\xA4rtnerstra\xC3\x9F"
                 "e f\xC3\xBCr %d K\xC3\xB6pfe\n",
                 i);
    }
    return text;
}

static buf_t encode(const buf_t *text, const char *encoding, const char *mark, size_t mark_size)
{
    buf_t out = {0};
    buf_add(&out, mark, mark_size);
    iconv_t iconv_to = iconv_open(encoding, "UTF-8");
    char *from = text->data;
    size_t from_left = text->size;
    size_t room = 4 * text->size + 16;
    char *to = buf_reserve(&out, room);
    size_t to_left = room;
    assert_int_equal(iconv(iconv_to, &from, &from_left, &to, &to_left), 0);
    out.size += room - to_left;
    iconv_close(iconv_to);
    return out;
}

static char *read_as(const buf_t *bytes, const csv_options_t *options, csv_dialect_t *ret_dialect)
{
    csv_t *csv = NULL;
    fault_t fault;
    char *rows = table_read(bytes->data, bytes->size, options, &csv, &fault);
    assert_string_equal(fault.detail, "");
    *ret_dialect = *csv_dialect(csv);
    csv_destroy(&csv);
    return rows;
}

static void assert_guess(const char *encoding, const char *mark, size_t mark_size,
                         encoding_t expected)
{
    buf_t text = western();
    buf_t bytes = encode(&text, encoding, mark, mark_size);
    csv_dialect_t dialect;
    char *plain = read_as(&text, NULL, &dialect);
    assert_int_equal(dialect.encoding, ENCODING_UTF8);
    const size_t reads[] = {0, 1, 13};
    for (size_t i = 0; i < 3; i++) {
        csv_options_t options = {.read_bytes = reads[i]};
        char *rows = read_as(&bytes, &options, &dialect);
        assert_string_equal(encoding_name(dialect.encoding), encoding_name(expected));
        assert_true(dialect.encoding_guessed);
        assert_int_equal(dialect.bom, mark_size > 0);
        assert_string_equal(rows, plain);
        free(rows);
    }
    free(plain);
    buf_release(&bytes);
    buf_release(&text);
}

static void encodings_are_found(void **state)
{
    (void)state;
    assert_guess("UTF-8", "\xEF\xBB\xBF", 3, ENCODING_UTF8);
    assert_guess("UTF-16LE", "\xFF\xFE", 2, ENCODING_UTF16LE);
    assert_guess("UTF-16BE", "\xFE\xFF", 2, ENCODING_UTF16BE);
    assert_guess("UTF-16LE", "", 0, ENCODING_UTF16LE);
    assert_guess("UTF-16BE", "", 0, ENCODING_UTF16BE);
    assert_guess("WINDOWS-1252", "", 0, ENCODING_WINDOWS1252);
}

static void a_stated_encoding_is_used(void **state)
{
    (void)state;
    csv_options_t options = {.encoding = ENCODING_LATIN1};
    assert_table("a,b\n\xE9,\x80\n", &options, "2:\xC3\xA9|\xC2\x80;");
    options.encoding = ENCODING_WINDOWS1252;
    assert_table("a,b\n\xE9,\x80\n", &options, "2:\xC3\xA9|\xE2\x82\xAC;");
}

static void bytes_that_do_not_fit_name_their_line_and_offset(void **state)
{
    (void)state;
    csv_options_t options = {.encoding = ENCODING_WINDOWS1252};
    fault_t fault = assert_table_fault("a,b\r\n1,2\r\n3,\x81\n", 13, &options, ERR_CSV_ENCODING);
    assert_int_equal(fault.line, 3);
    assert_string_equal(fault.detail, "line 3: byte 0x81 at offset 12 is not windows-1252");
    options.encoding = ENCODING_UTF16LE;
    assert_table_fault("a\0,\0b\0\n\0"
                       "1\0,\0\0\xD8\n\0",
                       16, &options, ERR_CSV_ENCODING);
    assert_table_fault("a\0,\0b\0\n\0"
                       "1\0,\0"
                       "2\0\n",
                       15, &options, ERR_CSV_ENCODING);
    assert_table_fault("", 0, &options, ERR_CSV_EMPTY);
}

static void a_mark_that_contradicts_is_a_fault(void **state)
{
    (void)state;
    csv_options_t options = {.encoding = ENCODING_UTF8};
    assert_table_fault("\xFF\xFE"
                       "a\0\n\0",
                       6, &options, ERR_CSV_ENCODING);
    options.encoding = ENCODING_LATIN1;
    assert_table_fault("\xEF\xBB\xBF"
                       "a\n1\n",
                       7, &options, ERR_CSV_ENCODING);
    assert_table_fault("\xFF\xFE\0\0a\0\0\0", 8, NULL, ERR_CSV_ENCODING);
}

static void what_is_not_supported_is_named(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_addf(&text, "\xD0\xB8\xD0\xBC\xD1\x8F,\xD0\xB3\xD0\xBE\xD1\x80\xD0\xBE\xD0\xB4\n");
    for (int i = 0; i < 100; i++) {
        buf_addf(&text, "\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD \xD0\x9F\xD0\xB5\xD1\x82\xD1\x80\xD0\xBE"
                        "\xD0\xB2,\xD0\x9C\xD0\xBE\xD1\x81\xD0\xBA\xD0\xB2\xD0\xB0\n");
    }
    buf_t bytes = encode(&text, "WINDOWS-1251", "", 0);
    fault_t fault = assert_table_fault(bytes.data, bytes.size, NULL, ERR_CSV_ENCODING);
    assert_non_null(strstr(fault.detail, "WINDOWS-1251"));
    buf_release(&bytes);
    buf_release(&text);
}

static void a_late_byte_that_is_not_utf8_is_a_fault_that_names_the_way_out(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_addf(&text, "a,b\n");
    while (text.size < (3 << 20)) {
        buf_addf(&text, "1,%zu\n", text.size);
    }
    buf_add(&text, "caf\xE9,1\n", 7);
    fault_t fault = assert_table_fault(text.data, text.size, NULL, ERR_CSV_ENCODING);
    assert_true(fault.line > 100000);
    assert_non_null(strstr(fault.remedy, "windows-1252"));
    buf_release(&text);
}

static void names_lead_back(void **state)
{
    (void)state;
    for (int i = 0; i < ENCODING_COUNT; i++) {
        encoding_t found = ENCODING_COUNT;
        assert_true(encoding_by_name(encoding_name((encoding_t)i), &found));
        assert_int_equal(found, i);
    }
    encoding_t found;
    assert_false(encoding_by_name("utf-7", &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodings_are_found),
        cmocka_unit_test(a_stated_encoding_is_used),
        cmocka_unit_test(bytes_that_do_not_fit_name_their_line_and_offset),
        cmocka_unit_test(a_mark_that_contradicts_is_a_fault),
        cmocka_unit_test(what_is_not_supported_is_named),
        cmocka_unit_test(a_late_byte_that_is_not_utf8_is_a_fault_that_names_the_way_out),
        cmocka_unit_test(names_lead_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
