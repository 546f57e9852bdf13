// SPDX-License-Identifier: MPL-2.0
#include "learn/check.h"

#include <stdio.h>

#include "test/unit/test.h"

static const char TABLE[] =
    "{\"rows\": 6, \"bytes\": 60, \"delimiter\": \",\", \"header_line\": 1, \"columns\": ["
    "{\"name\": \"mass\", \"type\": \"float\", \"missing\": 1, \"distinct\": 5, "
    "\"distinct_exact\": true, \"min\": 1, \"max\": 9},"
    "{\"name\": \"island\", \"type\": \"text\", \"missing\": 0, \"distinct\": 2, "
    "\"distinct_exact\": true},"
    "{\"name\": \"year\", \"type\": \"integer\", \"missing\": 0, \"distinct\": 3, "
    "\"distinct_exact\": true, \"min\": 1, \"max\": 3},"
    "{\"name\": \"one\", \"type\": \"text\", \"missing\": 0, \"distinct\": 1, \"distinct_exact\": "
    "true},"
    "{\"name\": \"species\", \"type\": \"text\", \"missing\": 0, \"distinct\": 3, "
    "\"distinct_exact\": true}]}";

// The code of the first issue; "" when there is none.
static const char *check(const char *recipe_text, const char *training_text)
{
    static char code[64];
    json_t *table = json_loads(TABLE, 0, NULL);
    json_t *recipe = json_loads(recipe_text, 0, NULL);
    json_t *training = json_loads(training_text, 0, NULL);
    json_t *issues = training_check(training, recipe, table);
    const char *first = json_string_value(json_object_get(json_array_get(issues, 0), "code"));
    snprintf(code, sizeof code, "%s", first ? first : "");
    json_decref(issues);
    json_decref(training);
    json_decref(recipe);
    json_decref(table);
    return code;
}

static void a_possible_training_has_no_issue(void **state)
{
    (void)state;
    assert_string_equal(
        check("[{\"op\": \"missing\", \"method\": \"mean\", \"columns\": [\"mass\"]},"
              "{\"op\": \"encode\", \"method\": \"one_hot\", \"columns\": [\"island\"]}]",
              "{\"target\": \"species\", \"features\": [\"mass\", \"island\", \"year\"], "
              "\"algorithm\": \"svc\"}"),
        "");
    assert_string_equal(
        check("[{\"op\": \"missing\", \"method\": \"drop_rows\"}]",
              "{\"target\": \"species\", \"features\": [\"mass\"], \"algorithm\": \"svc\"}"),
        "");
}

static void groups_are_found_without_a_target(void **state)
{
    (void)state;
    assert_string_equal(check("[]", "{\"task\": \"cluster\", \"features\": [\"year\"]}"), "");
    assert_string_equal(check("[]", "{\"task\": \"cluster\", \"features\": [\"island\"]}"),
                        "COLUMN_TYPE");
    assert_string_equal(check("[]", "{\"task\": \"outlier\", \"features\": [\"mass\"]}"),
                        "COLUMN_MISSING");
    assert_string_equal(
        check("[]", "{\"task\": \"outlier\", \"target\": \"species\", \"features\": [\"year\"]}"),
        "HYPERPARAMETER");
}

static void text_and_gaps_are_named_before_the_table_is_read(void **state)
{
    (void)state;
    assert_string_equal(
        check("[]",
              "{\"target\": \"species\", \"features\": [\"island\"], \"algorithm\": \"svc\"}"),
        "COLUMN_TYPE");
    assert_string_equal(
        check("[]", "{\"target\": \"species\", \"features\": [\"mass\"], \"algorithm\": \"svc\"}"),
        "COLUMN_MISSING");
    assert_string_equal(
        check("[{\"op\": \"scale\", \"method\": \"z_score\", \"columns\": [\"mass\"]}]",
              "{\"target\": \"species\", \"features\": [\"mass\"], \"algorithm\": \"svc\"}"),
        "COLUMN_MISSING");
}

static void a_target_must_have_values_to_tell_apart_and_stay_as_it_is(void **state)
{
    (void)state;
    assert_string_equal(
        check("[]", "{\"target\": \"one\", \"features\": [\"year\"], \"algorithm\": \"svc\"}"),
        "TARGET");
    assert_string_equal(
        check("[{\"op\": \"encode\", \"method\": \"label\", \"columns\": [\"species\"]}]",
              "{\"target\": \"species\", \"features\": [\"year\"], \"algorithm\": \"svc\"}"),
        "TARGET");
    assert_string_equal(
        check("[]", "{\"target\": \"spices\", \"features\": [\"year\"], \"algorithm\": \"svc\"}"),
        "COLUMN_UNKNOWN");
}

static void steps_that_cannot_be_part_of_a_model_are_issues_where_they_touch_features(void **state)
{
    (void)state;
    const char *training =
        "{\"target\": \"species\", \"features\": [\"year\"], \"algorithm\": \"svc\"}";
    assert_string_equal(
        check("[{\"op\": \"missing\", \"method\": \"forward\", \"columns\": [\"year\"]}]",
              training),
        "UNSUPPORTED");
    assert_string_equal(
        check("[{\"op\": \"missing\", \"method\": \"forward\", \"columns\": [\"mass\"]}]",
              training),
        "");
    assert_string_equal(
        check("[{\"op\": \"derive\", \"as\": \"z\", \"expression\": \"year + mass\"}]", training),
        "UNSUPPORTED");
    assert_string_equal(check("[{\"op\": \"derive\", \"as\": \"z\", \"expression\": \"if(species = "
                              "'a', year)\"}]",
                              training),
                        "TARGET");
}

static void columns_that_steps_make_of_features_are_checked_as_inputs(void **state)
{
    (void)state;
    const char *training = "{\"target\": \"species\", \"features\": [\"year\", \"island\"], "
                           "\"algorithm\": \"svc\"}";
    const char *encode = "{\"op\": \"encode\", \"method\": \"one_hot\", \"columns\": [\"island\"]}";
    char recipe[512];
    assert_string_equal(check("[{\"op\": \"text\", \"method\": \"lower\", \"columns\": "
                              "[\"island\"]}]",
                              training),
                        "COLUMN_TYPE");
    snprintf(recipe, sizeof recipe,
             "[{\"op\": \"text\", \"method\": \"lower\", \"columns\": [\"island\"]}, %s]", encode);
    assert_string_equal(check(recipe, training), "");
    snprintf(
        recipe, sizeof recipe,
        "[%s, {\"op\": \"derive\", \"as\": \"z\", \"expression\": \"island_a * year\"}, {\"op\": "
        "\"scale\", \"method\": \"z_score\", \"columns\": [\"z\"]}]",
        encode);
    assert_string_equal(check(recipe, training), "");
    snprintf(recipe, sizeof recipe,
             "[%s, {\"op\": \"derive\", \"as\": \"z\", \"expression\": \"text(year)\"}]", encode);
    assert_string_equal(check(recipe, training), "COLUMN_TYPE");
}

static void rows_that_a_filter_may_drop_are_left_to_the_training(void **state)
{
    (void)state;
    const char *training =
        "{\"target\": \"species\", \"features\": [\"mass\"], \"algorithm\": \"svc\"}";
    assert_string_equal(check("[{\"op\": \"missing\", \"method\": \"drop_rows\", \"how\": "
                              "\"all\", \"columns\": [\"mass\"]}]",
                              training),
                        "");
    assert_string_equal(check("[{\"op\": \"missing\", \"method\": \"drop_rows\", "
                              "\"columns\": [\"island\"]}]",
                              training),
                        "COLUMN_MISSING");
}

static void a_bad_recipe_or_setting_is_an_issue(void **state)
{
    (void)state;
    assert_string_equal(
        check("[{\"op\": \"missing\", \"method\": \"mean\", \"columns\": [\"island\"]}]",
              "{\"target\": \"species\", \"features\": [\"year\"], \"algorithm\": \"svc\"}"),
        "COLUMN_TYPE");
    assert_string_equal(check("[]", "{\"target\": \"species\", \"features\": [\"year\"], "
                                    "\"algorithm\": \"svc\", \"parameters\": {\"C\": 0}}"),
                        "HYPERPARAMETER");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_possible_training_has_no_issue),
        cmocka_unit_test(groups_are_found_without_a_target),
        cmocka_unit_test(text_and_gaps_are_named_before_the_table_is_read),
        cmocka_unit_test(a_target_must_have_values_to_tell_apart_and_stay_as_it_is),
        cmocka_unit_test(steps_that_cannot_be_part_of_a_model_are_issues_where_they_touch_features),
        cmocka_unit_test(columns_that_steps_make_of_features_are_checked_as_inputs),
        cmocka_unit_test(rows_that_a_filter_may_drop_are_left_to_the_training),
        cmocka_unit_test(a_bad_recipe_or_setting_is_an_issue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
