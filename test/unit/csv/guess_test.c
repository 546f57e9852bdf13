// SPDX-License-Identifier: MPL-2.0
#include "data/csv/guess.h"

#include "data/csv/cell.h"
#include "test/unit/csv/table.h"

static csv_dialect_t guess(const char *text)
{
    csv_dialect_t dialect = {0};
    guess_dialect(text, strlen(text), true, &(csv_options_t){0}, &dialect);
    return dialect;
}

static void delimiters_are_found_over_several_rows(void **state)
{
    (void)state;
    const struct {
        const char *text;
        char delimiter;
    } cases[] = {{"a;b;c\n1,5;2;3\n", ';'},
                 {"a\tb\n1\t2\n", '\t'},
                 {"a|b\n1|2\n", '|'},
                 {"\"x;y;z\",b\n1,2\n", ','},
                 {"a\n1\n", ','},
                 {"", ','},
                 {"\n\n", ','},
                 {"name, first;age\nSmith, J;3\nLee;4\n", ';'},
                 {"a,b;c,d;e,f\n1;2;3\n4;5;6\n", ';'},
                 {"when;x\n\"a,b\";1\n", ';'},
                 {"id,text|more\n1,a\n2,b|c|d\n", ','}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        csv_dialect_t dialect = guess(cases[i].text);
        assert_int_equal(dialect.delimiter, cases[i].delimiter);
        assert_true(dialect.delimiter_guessed);
    }
}

static void a_first_row_that_is_not_all_there_still_tells_its_delimiter(void **state)
{
    (void)state;
    buf_t text = {0};
    for (int i = 0; i < 100; i++) {
        buf_addf(&text, "column%d;", i);
    }
    csv_dialect_t dialect = {0};
    guess_dialect(text.data, text.size, false, &(csv_options_t){0}, &dialect);
    assert_int_equal(dialect.delimiter, ';');
    assert_true(dialect.header);
    buf_release(&text);
}

static void single_quotes_must_be_clearly_in_use(void **state)
{
    (void)state;
    assert_int_equal(guess("'a','b'\n'x,y',2\n").quote, '\'');
    assert_int_equal(guess("a,b\ndon't,2\n'tis,3\n").quote, '"');
    assert_int_equal(guess("'a','b'\n\"x\",2\n").quote, '"');
    assert_int_equal(guess("'a','b'\n'it''s','x'\n").quote, '\'');
    assert_int_equal(guess("a,b\n1,2\n").quote, '"');
}

static void a_first_row_of_figures_is_no_header(void **state)
{
    (void)state;
    assert_false(guess("1,2\n3,4\n").header);
    assert_false(guess("2020-01-01,,1.5e3\n2020-01-02,1,2\n").header);
    assert_true(guess("a,2\n3,4\n").header);
    assert_true(guess("country,2019,2020\nx,1,2\n").header);
    assert_true(guess("a,b\nc,d\n").header);
    assert_true(guess(",\n1,2\n").header);
}

static void decimal_commas_are_found_in_columns(void **state)
{
    (void)state;
    const struct {
        const char *text;
        char decimal;
        bool grouped;
    } cases[] = {{"a;b\n1,5;x\n2;y\n", ',', false},    {"a;b\n1.234,5;x\n2;y\n", ',', true},
                 {"a;b\n1.234;x\n2,5;y\n", ',', true}, {"a;b\n1.234;7\n2;5,1\n", ',', false},
                 {"a;b\n1.5;x\n2;y\n", '.', false},    {"a;b\n1,5;1.5\n2,5;2.25\n", '.', false},
                 {"a;b\n1.23,5;x\n", '.', false},      {"a;b\n01.02.2024;1,5\n", ',', false},
                 {"a,b\n\"1,5\",2\n", '.', false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        csv_dialect_t dialect = guess(cases[i].text);
        assert_int_equal(dialect.decimal, cases[i].decimal);
        assert_int_equal(dialect.grouped, cases[i].grouped);
    }
}

static void cells_have_kinds(void **state)
{
    (void)state;
    const struct {
        const char *text;
        cell_kind_t kind;
    } cases[] = {{"", CELL_EMPTY},          {"15", CELL_DIGITS},        {"-1.5", CELL_POINT},
                 {"1.500", CELL_GROUPS},    {"1.234.567", CELL_GROUPS}, {"1,5", CELL_COMMA},
                 {"1.234,5", CELL_GROUPED}, {"1,", CELL_OTHER},         {"1.2,3", CELL_OTHER},
                 {"1.2.3", CELL_OTHER},     {"x", CELL_OTHER},          {"-", CELL_OTHER},
                 {"1,5,2", CELL_OTHER},     {"1234.567", CELL_POINT}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(cell_kind(cases[i].text, strlen(cases[i].text)), cases[i].kind);
    }
}

static void line_ends_are_told(void **state)
{
    (void)state;
    assert_string_equal(csv_lines_name(guess("a\nb\n").lines), "lf");
    assert_string_equal(csv_lines_name(guess("a\r\nb\r\n").lines), "crlf");
    assert_string_equal(csv_lines_name(guess("a\rb\r").lines), "cr");
    assert_string_equal(csv_lines_name(guess("a\rb\n").lines), "mixed");
    assert_string_equal(csv_lines_name(guess("a").lines), "lf");
}

static void what_a_person_says_is_not_guessed(void **state)
{
    (void)state;
    csv_dialect_t dialect = {0};
    csv_options_t options = {.delimiter = ';', .quote = '\'', .header = -1, .decimal = ','};
    guess_dialect("a,b\n", 4, true, &options, &dialect);
    assert_int_equal(dialect.delimiter, ';');
    assert_int_equal(dialect.quote, '\'');
    assert_int_equal(dialect.decimal, ',');
    assert_false(dialect.header);
    assert_false(dialect.delimiter_guessed || dialect.quote_guessed || dialect.header_guessed ||
                 dialect.decimal_guessed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delimiters_are_found_over_several_rows),
        cmocka_unit_test(a_first_row_that_is_not_all_there_still_tells_its_delimiter),
        cmocka_unit_test(single_quotes_must_be_clearly_in_use),
        cmocka_unit_test(a_first_row_of_figures_is_no_header),
        cmocka_unit_test(decimal_commas_are_found_in_columns),
        cmocka_unit_test(cells_have_kinds),
        cmocka_unit_test(line_ends_are_told),
        cmocka_unit_test(what_a_person_says_is_not_guessed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
