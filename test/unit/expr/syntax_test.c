// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "test/unit/expr/rig.h"

static const char *const CELLS[] = {"1"};
static const char *const WORDS[] = {"x"};
static const rig_column_t COLUMNS[] = {
    {"a", TYPE_INTEGER, CELLS, false},          {"t", TYPE_TEXT, WORDS, false},
    {"größe", TYPE_INTEGER, CELLS, false},      {"two words", TYPE_INTEGER, CELLS, false},
    {"back`quote", TYPE_INTEGER, CELLS, false}, {"end", TYPE_INTEGER, CELLS, false},
};
enum { COLUMNS_COUNT = sizeof COLUMNS / sizeof *COLUMNS };

static void gives(const char *text, const char *wanted)
{
    rig_t rig;
    if (rig_eval(&rig, text, COLUMNS, COLUMNS_COUNT, 1) != ERR_OK) {
        fail_msg("%s: %s", text, rig.fault.detail);
    }
    assert_string_equal(rig_cell(&rig, 0), wanted);
    rig_release(&rig);
}

static void operators_bind_by_their_rank(void **state)
{
    (void)state;
    gives("1 + 2 * 3", "7");
    gives("(1 + 2) * 3", "9");
    gives("10 - 3 - 2", "5");
    gives("2 ^ 3 ^ 2", "512");
    gives("-2 ^ 2", "-4");
    gives("2 ^ -1", "0.5");
    gives("- - 2", "2");
    gives("2 * -3", "-6");
    gives("7 // 2 % 2", "1");
    gives("not 1 = 2", "true");
    gives("not true or true", "true");
    gives("true or false and false", "true");
    gives("1 + 1 = 2 and 'a' || 'b' = 'ab'", "true");
    gives("1 + 2 between 1 + 1 and 2 + 2 and true", "true");
    gives("3 not between 1 and 2", "true");
    gives("3 not in (1, 2)", "true");
    gives("a is missing", "false");
    gives("a is not missing", "true");
    gives("null is null", "true");
    gives("1 == 1 AND 1 != 2 And 1 <> 2", "true");
}

static void literals_are_what_they_say(void **state)
{
    (void)state;
    gives("9223372036854775807", "9223372036854775807");
    gives("-9223372036854775808", "-9223372036854775808");
    gives("1.50", "1.5");
    gives(".5", "0.5");
    gives("1e3", "1000");
    gives("'it''s'", "it's");
    gives("\"say \"\"hi\"\"\"", "say \"hi\"");
    gives("'a\\tb\\n\\\\\\'\\d'", "a\tb\n\\'\\d");
    gives("''", "");
    gives("TRUE", "true");
    gives("text(null)", "<null>");
    gives("number(missing)", "<null>");
    gives("case when false then 1 when true then 2 else 3 end", "2");
    gives("case when false then 1 end", "<null>");
    gives("if(false, 1, true, 2)", "2");
}

static void columns_have_any_name(void **state)
{
    (void)state;
    gives("größe + `two words`", "2");
    gives("`back``quote`", "1");
    gives("`end` + a", "2");
    gives(" \n a\t\r\n", "1");
    rig_t rig;
    assert_int_equal(rig_eval(&rig, "a + `end` + a", COLUMNS, COLUMNS_COUNT, 1), ERR_OK);
    assert_int_equal(expr_columns_count(rig.expr), 2);
    assert_string_equal(expr_column(rig.expr, 1), "end");
    rig_release(&rig);
}

static void fails(const char *text, const char *detail)
{
    rig_fails(text, COLUMNS, COLUMNS_COUNT, ERR_STEP_PARAMETER, detail);
}

static void faults_name_place_and_what_is_expected(void **state)
{
    (void)state;
    fails("", "at character 1: the expression ends where a value is expected");
    fails("a +", "at character 4: the expression ends where a value");
    fails("größe + )", "at character 9: found ')' where a value is expected");
    fails("(a", "ends where ')' is expected");
    fails("a b", "at character 3: found 'b' where an operator or the end is expected");
    fails("1 < 2 < 3", "at character 7: found '<' where 'and', 'or' or the end");
    fails("a is 3", "found '3' where 'missing' is expected");
    fails("a not 3", "where 'in' or 'between' is expected");
    fails("a between 1 or 2", "found 'or' where 'and' is expected");
    fails("a in 3", "found '3' where '(' is expected");
    fails("case 1 end", "found '1' where 'when' is expected");
    fails("case when true 1 end", "found '1' where 'then' is expected");
    fails("case when true then 1", "ends where 'end' is expected");
    fails("end + 1", "found 'end' where a value is expected");
    fails("'open", "at character 1: the quote ' is not closed");
    fails("a = `open", "at character 5: the quote ` is not closed");
    fails("``", "the name is empty");
    fails("007", "'007' is not a number");
    fails("12abc", "'12abc' is not a number");
    fails("1.2.3", "'1.2.3' is not a number");
    fails("9223372036854775808", "beyond 64 bits");
    fails("a $ 2", "at character 3: found '$'");
    fails("a + é§", "at character 6: found '§'");
    fails("a & b", "found '&'");
    fails("if(true)", "needs a condition and a value");
    fails("max(1,)", "found ')' where a value");
    fails("max(1 2)", "found '2' where ')' is expected");
    fails("sqrtt(2)", "at character 1: there is no function 'sqrtt'");
    fails("nonsense_indeed(2)", "there is no function 'nonsense_indeed'");
    fails("negative(2)", "there is no function");
    fails("a = null", "a comparison with null is always missing");
    fails("sqrt()", "sqrt() does not take 0 arguments");
    fails("sqrt(1, 2)", "sqrt() does not take 2 arguments");
    fails("\xFF", "byte 1 of the expression");
}

static void the_nearest_function_is_proposed(void **state)
{
    (void)state;
    fault_t fault = {0};
    expr_t *expr = NULL;
    assert_int_equal(expr_parse("sqrtt(2)", 8, &expr, &fault), ERR_STEP_PARAMETER);
    assert_string_equal(fault.remedy, "did you mean sqrt()?");
    assert_int_equal(expr_parse("a\0b", 3, &expr, &fault), ERR_STEP_PARAMETER);
    assert_int_equal(expr_parse(NULL, 0, &expr, &fault), ERR_STEP_PARAMETER);
}

static void type_faults(const char *text, const char *detail)
{
    rig_fails(text, COLUMNS, COLUMNS_COUNT, ERR_COLUMN_TYPE, detail);
}

static void types_that_do_not_fit_are_named(void **state)
{
    (void)state;
    type_faults("t = 5",
                "at character 3: column 't' is text, 5 is integer; '=' needs values of one type");
    type_faults("t + 1", "at character 1: column 't' is text; '+' needs a number");
    type_faults("sqrt('x')", "'x' is text; sqrt() needs a number");
    type_faults("upper(a)", "column 'a' is integer; upper() needs a text");
    type_faults("a and true", "column 'a' is integer; 'and' needs a boolean");
    type_faults("if(a, 1, 2)", "column 'a' is integer; if() needs a boolean");
    type_faults("if(true, 1, 'x')", "1 is integer, 'x' is text; 'if' needs values of one type");
    type_faults("date('2020-01-31') > '2020-01-01'", "date() is date, '2020-01-01' is text");
    type_faults("year('2020')", "'2020' is text; year() needs a date or datetime");
    type_faults("a || t", "column 'a' is integer; '||' needs a text");
    type_faults("sqrt(a = 1)", "the result of '=' is boolean; sqrt() needs a number");
    type_faults("null", "always missing");
    type_faults("a in (1, 'x')", "'in' needs values of one type");
    type_faults("true + 1", "true is boolean; '+' needs a number");
}

static void constants_are_checked_when_bound(void **state)
{
    (void)state;
    fails("matches(t, '(')", "at character 1: the pattern '(' is not valid at character 2");
    fails("matches(t, t)", "column 't' is text; matches() needs a constant text");
    fails("matches(t, null)", "a constant text");
    fails("matches(t, if(false, 'x', null))", "argument 2 of matches() is missing");
    fails("regex_replace(t, 'a', '$1')", "names at character 1 a group");
    fails("regex_extract(t, 'a', 1)", "there is no group 1, the pattern has 0");
    fails("date(t, '%Q')", "the date format '%Q' has an unknown letter");
    fails("date(t, '%d')", "names no year");
    gives("matches(t, '^' || 'x' || '$')", "true");
}

// A text of `count` times `part` between `start` and `end`.
static char *repeated(const char *start, const char *part, size_t count, const char *end)
{
    buf_t buf = {0};
    buf_add(&buf, start, strlen(start));
    for (size_t i = 0; i < count; i++) {
        buf_add(&buf, part, strlen(part));
    }
    buf_add(&buf, end, strlen(end) + 1);
    return buf.data;
}

static void limited(const char *start, const char *part, size_t good, size_t bad, const char *end,
                    const char *detail)
{
    fault_t fault = {0};
    expr_t *expr = NULL;
    char *text = repeated(start, part, good, end);
    err_t err = expr_parse(text, strlen(text), &expr, &fault);
    if (err) {
        fail_msg("%.40s: %s", text, fault.detail);
    }
    expr_destroy(&expr);
    free(text);
    text = repeated(start, part, bad, end);
    assert_int_equal(expr_parse(text, strlen(text), &expr, &fault), ERR_TOO_LARGE);
    if (!strstr(fault.detail, detail) || !fault.remedy[0]) {
        fail_msg("%s", fault.detail);
    }
    free(text);
}

static void every_limit_is_told(void **state)
{
    (void)state;
    limited("1", " ", EXPR_TEXT_MAX - 1, 10 << 20, "", "bytes; at most 65536 are possible");
    char *parentheses = repeated("", "(", EXPR_DEPTH_MAX, "1");
    char *closed = repeated(parentheses, ")", EXPR_DEPTH_MAX, "");
    expr_t *expr = NULL;
    assert_int_equal(expr_parse(closed, strlen(closed), &expr, NULL), ERR_OK);
    expr_destroy(&expr);
    free(parentheses);
    free(closed);
    limited("", "-", EXPR_DEPTH_MAX, EXPR_DEPTH_MAX + 1, "1", "more than 100 parentheses");
    limited("1", "^1", EXPR_DEPTH_MAX, EXPR_DEPTH_MAX + 1, "", "more than 100 parentheses");
    limited("1", "+1", EXPR_CHAIN_MAX - 1, EXPR_CHAIN_MAX, "", "more than 1000 operators");
    limited("1 in (1", ",1", EXPR_LIST_MAX - 1, EXPR_LIST_MAX, ")", "more than 10000 values");
    limited("a", " or a", EXPR_NODES_MAX - 2, EXPR_NODES_MAX - 1, "", "more than 10000 values");
    limited("max(1", ",1", EXPR_NODES_MAX - 2, EXPR_NODES_MAX - 1, ")", "more than 10000 values");
    buf_t buf = {0};
    for (int i = 0; i < EXPR_COLUMNS_MAX; i++) {
        buf_addf(&buf, "c%d or ", i);
    }
    buf_addf(&buf, "c0%c", '\0');
    assert_int_equal(expr_parse(buf.data, strlen(buf.data), &expr, NULL), ERR_OK);
    assert_int_equal(expr_columns_count(expr), EXPR_COLUMNS_MAX);
    expr_destroy(&expr);
    buf.size--;
    buf_addf(&buf, "x or d%c", '\0');
    fault_t fault = {0};
    assert_int_equal(expr_parse(buf.data, strlen(buf.data), &expr, &fault), ERR_TOO_LARGE);
    assert_non_null(strstr(fault.detail, "more than 1000 different columns"));
    buf_release(&buf);
}

// The deepest trees are bound and evaluated too.
static void the_deepest_trees_are_evaluated(void **state)
{
    (void)state;
    char *text = repeated("a", "+a", EXPR_CHAIN_MAX - 1, "");
    gives(text, "1000");
    free(text);
    text = repeated("", "-", EXPR_DEPTH_MAX, "a");
    gives(text, "1");
    free(text);
    text = repeated("1 in (0", ",2", EXPR_LIST_MAX - 2, ",a)");
    gives(text, "true");
    free(text);
    text = repeated("a in (0", ",2", EXPR_LIST_MAX - 1, ")");
    gives(text, "false");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_bind_by_their_rank),
        cmocka_unit_test(literals_are_what_they_say),
        cmocka_unit_test(columns_have_any_name),
        cmocka_unit_test(faults_name_place_and_what_is_expected),
        cmocka_unit_test(the_nearest_function_is_proposed),
        cmocka_unit_test(types_that_do_not_fit_are_named),
        cmocka_unit_test(constants_are_checked_when_bound),
        cmocka_unit_test(every_limit_is_told),
        cmocka_unit_test(the_deepest_trees_are_evaluated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
