// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "test/unit/expr/rig.h"

static const char *const INTEGERS[] = {"1", "2", "", "0", "-3"};
static const char *const FLOATS[] = {"0.5", "", "2", "0", "-1.5"};
static const char *const BOOLEANS[] = {"true", "false", "", "true", "false"};
static const char *const TEXTS[] = {"été", "", "<null>", "12", " b "};
static const char *const DATES[] = {"2020-01-31", "", "0000-01-01", "9999-12-31", "1970-01-01"};
static const char *const TIMES[] = {"2020-01-31T10:20:30Z", "", "0000-01-01T00:00:00Z",
                                    "9999-12-31T23:59:59.999Z", "1969-12-31T23:59:59Z"};
enum { ROWS = 5 };
static const rig_column_t COLUMNS[] = {
    {"i", TYPE_INTEGER, INTEGERS, false}, {"f", TYPE_FLOAT, FLOATS, false},
    {"b", TYPE_BOOLEAN, BOOLEANS, false}, {"t", TYPE_TEXT, TEXTS, false},
    {"c", TYPE_CATEGORY, TEXTS, true},    {"d", TYPE_DATE, DATES, false},
    {"m", TYPE_DATETIME, TIMES, false},
};
enum { COLUMNS_COUNT = sizeof COLUMNS / sizeof *COLUMNS };

static void evaluate(rig_t *rig, const char *text)
{
    if (rig_eval(rig, text, COLUMNS, COLUMNS_COUNT, ROWS) != ERR_OK) {
        fail_msg("%s: %s", text, rig->fault.detail);
    }
}

// The cells of the result, with commas between them.
static void gives(const char *text, const char *wanted)
{
    rig_t rig;
    char made[512] = "";
    evaluate(&rig, text);
    for (size_t i = 0; i < ROWS; i++) {
        size_t at = strlen(made);
        snprintf(made + at, sizeof made - at, "%s%s", i > 0 ? "," : "", rig_cell(&rig, i));
    }
    if (strcmp(made, wanted) != 0) {
        fail_msg("%s gives %s, not %s", text, made, wanted);
    }
    rig_release(&rig);
}

static void what_is_computed_with_missing_is_missing(void **state)
{
    (void)state;
    gives("i", "1,2,<null>,0,-3");
    gives("i + f", "1.5,<null>,<null>,0,-4.5");
    gives("f > 0", "true,<null>,true,false,false");
    gives("upper(t)", "ÉTÉ,,<null>,12, B ");
    gives("upper(c)", "ÉTÉ,,<null>,12, B ");
    gives("t || c", "étéété,,<null>,1212, b  b ");
    gives("min(i, f)", "0.5,<null>,<null>,0,-3");
    gives("coalesce(i, -1)", "1,2,-1,0,-3");
    gives("coalesce(i, f)", "1,2,2,0,-3");
    gives("coalesce(c, 'none')", "été,,none,12, b ");
    gives("null_if(i, 0)", "1,2,<null>,<null>,-3");
    gives("null_if(c, '')", "été,<null>,<null>,12, b ");
    gives("i is missing", "false,false,true,false,false");
    gives("c is not missing", "true,true,false,true,true");
    gives("is_missing(f)", "false,true,false,false,false");
}

static void logic_is_kleene_s(void **state)
{
    (void)state;
    gives("not b", "false,true,<null>,false,true");
    gives("b and true", "true,false,<null>,true,false");
    gives("b and false", "false,false,false,false,false");
    gives("b and null", "<null>,false,<null>,<null>,false");
    gives("b or null", "true,<null>,<null>,true,<null>");
    gives("b or true", "true,true,true,true,true");
    gives("i > 0 and f > 0", "true,<null>,<null>,false,false");
    gives("i > 0 or f > 0", "true,true,true,false,false");
    gives("i in (1, 0)", "true,false,<null>,true,false");
    gives("i in (1, null)", "true,<null>,<null>,<null>,<null>");
    gives("i in (1,11,12,13,14,15,16,17,18,0)", "true,false,<null>,true,false");
    gives("f in (1,11,12,13,14,15,16,17,18,-0.0)", "false,<null>,false,true,false");
    gives("c in ('12','q','r','s','t','u','v','w','x','')", "false,true,<null>,true,false");
    gives("t in ('12','q','r','s','t','u','v','w','x',null)", "<null>,<null>,<null>,true,<null>");
    gives("i between 0 and f", "false,<null>,<null>,true,false");
    gives("t between 'a' and null", "<null>,false,<null>,false,false");
    gives("0 between i and 0", "false,false,<null>,true,true");
    gives("'12' between '12' and t", "true,false,<null>,true,false");
    gives("i not in (1, 0)", "false,true,<null>,false,true");
}

static void conditions_that_are_missing_count_as_not_true(void **state)
{
    (void)state;
    gives("if(b, 1, 2)", "1,2,2,1,2");
    gives("if(b, i)", "1,<null>,<null>,0,<null>");
    gives("if(b, i, f)", "1,<null>,2,0,-1.5");
    gives("if(i > 0, 'plus', i < 0, 'minus', 'zero')", "plus,plus,zero,zero,minus");
    gives("case when i > 1 then t when c = '12' then 'twelve' else c end",
          "été,,<null>,twelve, b ");
    gives("if(b, d, m)", "2020-01-31T00:00:00Z,<null>,0000-01-01T00:00:00Z,9999-12-31T00:00:00Z,"
                         "1969-12-31T23:59:59Z");
}

static void lost(const char *text, expr_loss_t loss, int64_t cells, int64_t first)
{
    rig_t rig;
    evaluate(&rig, text);
    for (int i = 0; i < EXPR_LOSS_COUNT; i++) {
        if (rig.stats.cells[i] != (i == (int)loss ? cells : 0)) {
            fail_msg("%s: %d: %ld", text, i, (long)rig.stats.cells[i]);
        }
    }
    if (cells > 0) {
        assert_int_equal(rig.stats.first_row[loss], first);
    }
    assert_int_equal(rig.stats.rows, ROWS);
    rig_release(&rig);
}

static void losses_are_counted_with_their_first_row(void **state)
{
    (void)state;
    gives("1 / i", "1,0.5,<null>,<null>,-0.3333333333333333");
    lost("1 / i", EXPR_LOSS_DIVISION, 1, 4);
    lost("i / 0", EXPR_LOSS_DIVISION, 4, 1);
    lost("i // 0", EXPR_LOSS_DIVISION, 4, 1);
    lost("i % 0", EXPR_LOSS_DIVISION, 4, 1);
    lost("f % 0.0", EXPR_LOSS_DIVISION, 4, 1);
    lost("1 / 0 + i", EXPR_LOSS_DIVISION, 5, 1);
    lost("i + 9223372036854775807", EXPR_LOSS_OVERFLOW, 2, 1);
    lost("i * 9223372036854775807", EXPR_LOSS_OVERFLOW, 2, 2);
    lost("-9223372036854775807 - i", EXPR_LOSS_OVERFLOW, 1, 2);
    lost("sqrt(f)", EXPR_LOSS_RANGE, 1, 5);
    lost("ln(f)", EXPR_LOSS_RANGE, 2, 4);
    lost("exp(f * 1e3)", EXPR_LOSS_RANGE, 1, 3);
    lost("f * 1e308 * 10", EXPR_LOSS_RANGE, 3, 1);
    lost("number(t)", EXPR_LOSS_CONVERSION, 3, 1);
    lost("number(c)", EXPR_LOSS_CONVERSION, 3, 1);
    lost("number(c) + number(c)", EXPR_LOSS_CONVERSION, 3, 1);
    lost("number(t) + number(t)", EXPR_LOSS_CONVERSION, 3, 1);
    lost("d + 1", EXPR_LOSS_OVERFLOW, 1, 4);
    lost("add_months(m, -1)", EXPR_LOSS_OVERFLOW, 1, 3);
    lost("integer(f * 1e19)", EXPR_LOSS_OVERFLOW, 2, 3);
    // What is not missing in the end, or was not evaluated, is no loss.
    lost("coalesce(number(t), 0)", EXPR_LOSS_CONVERSION, 0, 0);
    lost("if(i = 0, null, 1 / i)", EXPR_LOSS_DIVISION, 0, 0);
    lost("if(i > 0, 1 / 0, 1)", EXPR_LOSS_DIVISION, 2, 1);
    lost("i <> 0 and 1 / i > 0", EXPR_LOSS_DIVISION, 0, 0);
}

static void losses_are_told_in_words(void **state)
{
    (void)state;
    char text[EXPR_STATS_TEXT_SIZE];
    expr_stats_t stats = {0};
    expr_stats_text(&stats, text);
    assert_string_equal(text, "");
    expr_stats_t more = {.rows = 5};
    more.cells[EXPR_LOSS_DIVISION] = 3;
    more.first_row[EXPR_LOSS_DIVISION] = 17;
    expr_stats_add(&stats, &more);
    more.first_row[EXPR_LOSS_DIVISION] = 9;
    more.cells[EXPR_LOSS_CONVERSION] = 1;
    more.first_row[EXPR_LOSS_CONVERSION] = 2;
    expr_stats_add(&stats, &more);
    expr_stats_text(&stats, text);
    assert_string_equal(text, "row 9: a division by zero (6 cells missing); "
                              "row 2: a text that does not fit (1 cell missing)");
}

static void no_rows_are_fine(void **state)
{
    (void)state;
    const char *const texts[] = {"i + 1",           "c",       "upper(c)", "'x'",
                                 "if(b, t, 'x')",   "1 / 0",   "b and b",  "coalesce(t, c)",
                                 "matches(t, 'x')", "i in (1)"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        rig_t rig;
        assert_int_equal(rig_eval(&rig, texts[i], COLUMNS, COLUMNS_COUNT, 0), ERR_OK);
        assert_int_equal(rig.stats.cells[EXPR_LOSS_DIVISION], 0);
        rig_release(&rig);
    }
}

static void coded_texts_are_computed_once_a_word(void **state)
{
    (void)state;
    enum { MANY = 10000 };
    const char **cells = mem_array(MANY, sizeof *cells);
    for (int i = 0; i < MANY; i++) {
        cells[i] = i % 3 == 0 ? "a" : i % 3 == 1 ? "7" : "<null>";
    }
    const rig_column_t column = {"w", TYPE_CATEGORY, cells, true};
    rig_t rig;
    assert_int_equal(rig_eval(&rig, "upper(w)", &column, 1, MANY), ERR_OK);
    assert_non_null(rig.vector.codes);
    assert_int_equal(rig.vector.words, 3); // and one for what is missing
    assert_string_equal(rig_cell(&rig, 9999), "A");
    assert_string_equal(rig_cell(&rig, 2), "<null>");
    rig_release(&rig);
    assert_int_equal(rig_eval(&rig, "number(w) * 2", &column, 1, MANY), ERR_OK);
    assert_string_equal(rig_cell(&rig, 1), "14");
    assert_int_equal(rig.stats.cells[EXPR_LOSS_CONVERSION], 3334);
    assert_int_equal(rig.stats.first_row[EXPR_LOSS_CONVERSION], 1);
    rig_release(&rig);
    assert_int_equal(rig_eval(&rig, "coalesce(w, 'none') || w", &column, 1, MANY), ERR_OK);
    assert_string_equal(rig_cell(&rig, 4), "77");
    rig_release(&rig);
    free(cells);
}

static void rows_are_counted_on_from_piece_to_piece(void **state)
{
    (void)state;
    const type_t type = TYPE_INTEGER;
    int64_t *cells = mem_array(10000, sizeof *cells);
    for (int i = 0; i < 10000; i++) {
        cells[i] = i == 9000;
    }
    vector_t input = {.type = TYPE_INTEGER, .count = 10000, .integers = cells};
    expr_t *expr = NULL;
    expr_stats_t stats = {0};
    arena_t arena = {0};
    vector_t made;
    const char *text = "if(z = 1, z / (z - 1), 0)";
    assert_int_equal(expr_parse(text, strlen(text), &expr, NULL), ERR_OK);
    assert_int_equal(expr_bind(expr, &type, NULL), ERR_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(expr_eval(expr, &input, 10000, &arena, &made, &stats, NULL), ERR_OK);
    }
    assert_int_equal(stats.rows, 20000);
    assert_int_equal(stats.cells[EXPR_LOSS_DIVISION], 2);
    assert_int_equal(stats.first_row[EXPR_LOSS_DIVISION], 9001);
    assert_int_equal(vector_missing(&made), 1);
    stats = (expr_stats_t){.rows = 100000};
    assert_int_equal(expr_eval(expr, &input, 10000, &arena, &made, &stats, NULL), ERR_OK);
    assert_int_equal(stats.first_row[EXPR_LOSS_DIVISION], 109001);
    assert_int_equal(expr_eval(expr, &input, EXPR_ROWS_MAX + 1, &arena, &made, NULL, NULL),
                     ERR_TOO_LARGE);
    arena_release(&arena);
    expr_destroy(&expr);
    free(cells);
}

static void an_expression_may_be_bound_again(void **state)
{
    (void)state;
    expr_t *expr = NULL;
    assert_int_equal(expr_parse("max(x, x)", 9, &expr, NULL), ERR_OK);
    const type_t types[] = {TYPE_INTEGER, TYPE_CATEGORY, TYPE_DATE, TYPE_FLOAT, TYPE_BOOLEAN};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(expr_bind(expr, &types[i], NULL), ERR_OK);
        assert_int_equal(expr_type(expr), types[i] == TYPE_CATEGORY ? TYPE_TEXT : types[i]);
    }
    expr_destroy(&expr);
    expr_destroy(&expr);
}

static void a_filter_keeps_what_is_true(void **state)
{
    (void)state;
    rig_t rig;
    uint32_t rows[ROWS];
    evaluate(&rig, "i > 0 or f > 0");
    assert_int_equal(expr_true_rows(&rig.vector, rows), 3);
    assert_int_equal(rows[2], 2);
    rig_release(&rig);
    evaluate(&rig, "null and b");
    assert_int_equal(expr_true_rows(&rig.vector, rows), 0);
    rig_release(&rig);
}

static void texts_have_limits(void **state)
{
    (void)state;
    rig_fails("repeat('x', 1048577)", NULL, 0, ERR_TOO_LARGE, "a text of more than 1048576 bytes");
    rig_fails("repeat('xy', 9223372036854775807)", NULL, 0, ERR_TOO_LARGE, "a text of more than");
    rig_fails("pad_left('x', 9223372036854775807, 'é')", NULL, 0, ERR_TOO_LARGE, "a text of more");
    rig_fails("repeat('x', 1048576) || 'y'", NULL, 0, ERR_TOO_LARGE, "a text of more than");
    rig_fails("replace(repeat('x', 1000), 'x', repeat('y', 2000))", NULL, 0, ERR_TOO_LARGE, "text");
    rig_fails("regex_replace(repeat('x', 1000), 'x', 'yyyyyyyyyy' || repeat('y', 2000))", NULL, 0,
              ERR_TOO_LARGE, "more than 1048576 bytes");
    rig_gives("length(repeat('é', 524288))", "524288");
    enum { MANY = 300 };
    const char *cells[MANY];
    for (int i = 0; i < MANY; i++) {
        cells[i] = "1";
    }
    const rig_column_t column = {"w", TYPE_TEXT, cells, false};
    rig_t rig;
    assert_int_equal(rig_eval(&rig, "repeat(w, 1000000)", &column, 1, MANY), ERR_TOO_LARGE);
    assert_non_null(strstr(rig.fault.detail, "makes texts of more than 268435456 bytes"));
    rig_release(&rig);
}

static void patterns_may_not_backtrack_for_ever(void **state)
{
    (void)state;
    rig_fails("matches('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaax!', '^(a+)+$')", NULL, 0,
              ERR_UNSUPPORTED, "the pattern '^(a+)+$' needs too much backtracking on 'aaaa");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_computed_with_missing_is_missing),
        cmocka_unit_test(logic_is_kleene_s),
        cmocka_unit_test(conditions_that_are_missing_count_as_not_true),
        cmocka_unit_test(losses_are_counted_with_their_first_row),
        cmocka_unit_test(losses_are_told_in_words),
        cmocka_unit_test(no_rows_are_fine),
        cmocka_unit_test(coded_texts_are_computed_once_a_word),
        cmocka_unit_test(rows_are_counted_on_from_piece_to_piece),
        cmocka_unit_test(an_expression_may_be_bound_again),
        cmocka_unit_test(a_filter_keeps_what_is_true),
        cmocka_unit_test(texts_have_limits),
        cmocka_unit_test(patterns_may_not_backtrack_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
