// SPDX-License-Identifier: MPL-2.0
#include "data/engine/check.h"

#include "test/unit/engine/temp.h"

static const char TABLE[] =
    "species,bill,sex,year,empty,same\na,1.5,m,1,,5\nb,NA,f,2,,5\nc,2,NA,3,,5\n";

static json_t *check(const char *recipe)
{
    temp_t temp = temp_table(TABLE);
    json_t *steps = json_of(recipe);
    json_t *issues = recipe_check(steps, temp.description);
    json_decref(steps);
    temp_release(&temp);
    return issues;
}

static const char *text_of(const json_t *issues, size_t i, const char *key)
{
    return json_string_value(json_object_get(json_array_get(issues, i), key));
}

// One issue, with its code, step and column.
static void assert_issue(const char *recipe, const char *code, int step, const char *column)
{
    json_t *issues = check(recipe);
    if (json_array_size(issues) != 1) {
        fail_msg("%zu issues for %s", json_array_size(issues), recipe);
    }
    assert_string_equal(text_of(issues, 0, "code"), code);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(issues, 0), "step")), step);
    assert_string_equal(text_of(issues, 0, "column"), column);
    assert_string_not_equal(text_of(issues, 0, "detail"), "");
    assert_string_not_equal(text_of(issues, 0, "remedy"), "");
    json_decref(issues);
}

static void a_good_recipe_has_no_issues(void **state)
{
    (void)state;
    json_t *issues =
        check("[{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"bill\"]},"
              "{\"op\":\"missing\",\"method\":\"mode\",\"columns\":[\"sex\"]},"
              "{\"op\":\"scale\",\"method\":\"robust\",\"columns\":[\"bill\",\"year\"]},"
              "{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"sex\"]},"
              "{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"sex_m\"]},"
              "{\"op\":\"encode\",\"method\":\"label\",\"columns\":[\"species\"]},"
              "{\"op\":\"scale\",\"method\":\"min_max\",\"columns\":[\"species\"]},"
              "{\"op\":\"drop\",\"columns\":[\"empty\"]},"
              "{\"op\":\"missing\",\"method\":\"drop_rows\"}]");
    assert_int_equal(json_array_size(issues), 0);
    json_decref(issues);
}

static void text_has_no_mean(void **state)
{
    (void)state;
    assert_issue("[{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"sex\"]}]", "COLUMN_TYPE",
                 1, "sex");
    assert_issue("[{\"op\":\"scale\",\"method\":\"robust\",\"columns\":[\"species\"]}]",
                 "COLUMN_TYPE", 1, "species");
}

static void an_unknown_column_gets_a_suggestion(void **state)
{
    (void)state;
    json_t *issues = check("[{\"op\":\"drop\",\"columns\":[\"Specis\"]}]");
    assert_string_equal(text_of(issues, 0, "code"), "COLUMN_UNKNOWN");
    assert_non_null(strstr(text_of(issues, 0, "remedy"), "'species'"));
    json_decref(issues);
    assert_issue("[{\"op\":\"drop\",\"columns\":[\"quite another\"]}]", "COLUMN_UNKNOWN", 1,
                 "quite another");
}

static void a_dropped_column_is_unknown_later(void **state)
{
    (void)state;
    assert_issue("[{\"op\":\"drop\",\"columns\":[\"year\"]},"
                 "{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"bill\"]},"
                 "{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"year\"]}]",
                 "COLUMN_UNKNOWN", 3, "year");
    assert_issue("[{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"sex\"]},"
                 "{\"op\":\"missing\",\"method\":\"mode\",\"columns\":[\"sex\"]}]",
                 "COLUMN_UNKNOWN", 2, "sex");
}

static void empty_and_constant_columns_are_told(void **state)
{
    (void)state;
    assert_issue("[{\"op\":\"missing\",\"method\":\"median\",\"columns\":[\"empty\"]}]",
                 "COLUMN_EMPTY", 1, "empty");
    assert_issue("[{\"op\":\"encode\",\"method\":\"label\",\"columns\":[\"empty\"]}]",
                 "COLUMN_EMPTY", 1, "empty");
    assert_issue("[{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"same\"]}]",
                 "COLUMN_CONSTANT", 1, "same");
    assert_issue("[{\"op\":\"missing\",\"method\":\"drop_rows\",\"columns\":[\"empty\"]}]",
                 "NO_ROWS", 1, "empty");
}

static void unknown_steps_and_bad_parameters_are_told(void **state)
{
    (void)state;
    assert_issue("[{\"op\":\"fold\"}]", "STEP_UNKNOWN", 1, "");
    assert_issue("[{\"op\":\"missing\",\"columns\":[\"bill\"]}]", "STEP_UNKNOWN", 1, "");
    assert_issue("[{\"op\":\"scale\",\"method\":\"l2\",\"columns\":[\"bill\"]}]", "STEP_UNKNOWN", 1,
                 "");
    assert_issue("[7]", "STEP_PARAMETER", 1, "");
    assert_issue("{}", "STEP_PARAMETER", 0, "");
    assert_issue("[{\"op\":\"drop\"}]", "STEP_PARAMETER", 1, "");
    assert_issue("[{\"op\":\"drop\",\"columns\":[]}]", "STEP_PARAMETER", 1, "");
    assert_issue("[{\"op\":\"drop\",\"columns\":[3]}]", "STEP_PARAMETER", 1, "");
    assert_issue("[{\"op\":\"drop\",\"columns\":[\"sex\",\"sex\"]}]", "STEP_PARAMETER", 1, "sex");
    assert_issue("[{\"op\":\"missing\",\"method\":\"constant\",\"columns\":[\"sex\"]}]",
                 "STEP_PARAMETER", 1, "");
    assert_issue("[{\"op\":\"missing\",\"method\":\"constant\",\"columns\":[\"sex\"],"
                 "\"value\":\"NaN\"}]",
                 "STEP_PARAMETER", 1, "sex");
    assert_issue("[{\"op\":\"missing\",\"method\":\"constant\",\"columns\":[\"bill\"],"
                 "\"value\":\"unknown\"}]",
                 "STEP_PARAMETER", 1, "bill");
    assert_issue("[{\"op\":\"drop\",\"columns\":[\"species\",\"bill\",\"sex\",\"year\",\"empty\","
                 "\"same\"]}]",
                 "STEP_PARAMETER", 0, "");
}

static void all_issues_come_at_once_in_step_order(void **state)
{
    (void)state;
    json_t *issues =
        check("[{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"sex\",\"nope\"]},"
              "{\"op\":\"fold\"},"
              "{\"op\":\"scale\",\"method\":\"min_max\",\"columns\":[\"same\"]}]");
    assert_int_equal(json_array_size(issues), 4);
    for (size_t i = 0; i < 4; i++) {
        const int steps[] = {1, 1, 2, 3};
        const json_t *step = json_object_get(json_array_get(issues, i), "step");
        assert_int_equal(json_integer_value(step), steps[i]);
    }
    json_decref(issues);
}

static void parts_of_a_split_column_may_be_kept(void **state)
{
    (void)state;
    json_t *issues = check("[{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"sex\"]},"
                           "{\"op\":\"keep\",\"columns\":[\"sex_m\",\"year\"]},"
                           "{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"sex_m\"]}]");
    assert_int_equal(json_array_size(issues), 0);
    json_decref(issues);
}

static void what_steps_make_of_parts_is_known(void **state)
{
    (void)state;
    json_t *issues =
        check("[{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"sex\"]},"
              "{\"op\":\"derive\",\"as\":\"z\",\"expression\":\"sex_m * year\"},"
              "{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"z\"]},"
              "{\"op\":\"rename\",\"names\":{\"sex_f\":\"female\",\"z\":\"sex_f\"}},"
              "{\"op\":\"reduce\",\"method\":\"pca\",\"columns\":[\"female\",\"sex_m\"]},"
              "{\"op\":\"merge\",\"columns\":[\"sex_m\"],\"as\":\"text\"},"
              "{\"op\":\"keep\",\"columns\":[\"pc1\",\"sex_f\",\"text\"]}]");
    assert_int_equal(json_array_size(issues), 0);
    json_decref(issues);
    issues = check("[{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"sex\"]},"
                   "{\"op\":\"cast\",\"columns\":[\"sex_m\"],\"type\":\"text\"},"
                   "{\"op\":\"derive\",\"as\":\"z\",\"expression\":\"upper(sex_m)\"}]");
    assert_int_equal(json_array_size(issues), 0);
    json_decref(issues);
    assert_issue("[{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"sex\"]},"
                 "{\"op\":\"reduce\",\"method\":\"pca\",\"columns\":[\"sex_f\",\"sex_m\"]},"
                 "{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"pc3\"]}]",
                 "COLUMN_UNKNOWN", 3, "pc3");
}

static void limits_hold(void **state)
{
    (void)state;
    json_t *recipe = json_array();
    json_t *step = json_of("{\"op\":\"drop\",\"columns\":[\"nope\"]}");
    for (int i = 0; i <= RECIPE_STEPS_MAX; i++) {
        json_array_append(recipe, step);
    }
    temp_t temp = temp_table(TABLE);
    json_t *issues = recipe_check(recipe, temp.description);
    assert_int_equal(json_array_size(issues), 1);
    json_decref(issues);
    json_array_remove(recipe, 0);
    issues = recipe_check(recipe, temp.description);
    assert_int_equal(json_array_size(issues), RECIPE_ISSUES_MAX);
    json_decref(issues);
    json_decref(step);
    json_decref(recipe);
    temp_release(&temp);
}

static void a_bad_description_is_an_issue(void **state)
{
    (void)state;
    static const char TWICE[] =
        "{\"rows\":1,\"delimiter\":\",\",\"columns\":[{\"name\":\"a\",\"type\":\"text\"},"
        "{\"name\":\"a\",\"type\":\"text\"}]}";
    const char *const descriptions[] = {
        "null",
        "{}",
        "{\"rows\":1,\"delimiter\":\",\",\"columns\":[]}",
        "{\"rows\":1,\"delimiter\":\"\",\"columns\":[{\"name\":\"a\",\"type\":\"text\"}]}",
        "{\"rows\":1,\"delimiter\":\",\",\"columns\":[{\"name\":\"a\",\"type\":\"blob\"}]}",
        TWICE};
    for (size_t i = 0; i < sizeof descriptions / sizeof descriptions[0]; i++) {
        json_t *description = json_of(descriptions[i]);
        json_t *recipe = json_array();
        json_t *issues = recipe_check(recipe, description);
        assert_int_equal(json_array_size(issues), 1);
        assert_string_equal(text_of(issues, 0, "code"), "INVALID");
        json_decref(issues);
        json_decref(recipe);
        json_decref(description);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_recipe_has_no_issues),
        cmocka_unit_test(text_has_no_mean),
        cmocka_unit_test(an_unknown_column_gets_a_suggestion),
        cmocka_unit_test(a_dropped_column_is_unknown_later),
        cmocka_unit_test(empty_and_constant_columns_are_told),
        cmocka_unit_test(unknown_steps_and_bad_parameters_are_told),
        cmocka_unit_test(all_issues_come_at_once_in_step_order),
        cmocka_unit_test(parts_of_a_split_column_may_be_kept),
        cmocka_unit_test(what_steps_make_of_parts_is_known),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(a_bad_description_is_an_issue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
