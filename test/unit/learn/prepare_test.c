// SPDX-License-Identifier: MPL-2.0
#include "learn/prepare.h"

#include "test/unit/engine/temp.h"

static const char TABLE[] = "a,a_x,b,y,n\n1,1,2,p,0\n3,1,4,q,9\n";

// Prepares a recipe for the features a and b, and writes it down as "<number>:<column>,<column>;".
static char *prepare(const char *text, fault_t *fault)
{
    temp_t temp = temp_table(TABLE);
    json_t *json = json_of(text);
    json_t *issues = json_array();
    recipe_t recipe;
    recipe_t prepared;
    size_t features[] = {0, 2};
    request_t request = {.target = 3, .features = features, .features_count = 2};
    recipe_parse(json, issues, &recipe);
    assert_int_equal(json_array_size(issues), 0);
    buf_t out = {0};
    if (prepare_recipe(&recipe, temp.description, &request, &prepared, fault) == ERR_OK) {
        for (size_t i = 0; i < prepared.count; i++) {
            buf_addf(&out, "%d:", prepared.steps[i].number);
            for (size_t j = 0; j < prepared.steps[i].columns_count; j++) {
                buf_addf(&out, "%s,", prepared.steps[i].columns[j]);
            }
            buf_add(&out, ";", 1);
        }
        recipe_release(&prepared);
        buf_add(&out, "", 1);
    }
    recipe_release(&recipe);
    json_decref(issues);
    json_decref(json);
    temp_release(&temp);
    return out.data;
}

static void assert_prepared(const char *recipe, const char *expected)
{
    fault_t fault = {0};
    char *text = prepare(recipe, &fault);
    assert_string_equal(fault.detail, "");
    assert_string_equal(text, expected);
    free(text);
}

static void only_what_touches_features_stays(void **state)
{
    (void)state;
    assert_prepared("[{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"a\",\"a_x\"]},"
                    "{\"op\":\"scale\",\"method\":\"robust\",\"columns\":[\"a_x\"]},"
                    "{\"op\":\"missing\",\"method\":\"drop_rows\"},"
                    "{\"op\":\"drop\",\"columns\":[\"b\"]}]",
                    "1:a,;4:b,;");
}

static void leaves_of_features_stay_too(void **state)
{
    (void)state;
    assert_prepared("[{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"a\"]},"
                    "{\"op\":\"scale\",\"method\":\"robust\",\"columns\":[\"a_1\",\"a_x\"]}]",
                    "1:a,;2:a_1,;");
    // the table's a_x makes room for the leaf a_x
    assert_prepared("[{\"op\":\"drop\",\"columns\":[\"a_x\"]},"
                    "{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"a\"]},"
                    "{\"op\":\"scale\",\"method\":\"robust\",\"columns\":[\"a_x\"]}]",
                    "2:a,;3:a_x,;");
}

static void a_step_on_the_target_is_refused(void **state)
{
    (void)state;
    const char *const recipes[] = {
        "[{\"op\":\"missing\",\"method\":\"mode\",\"columns\":[\"a\",\"y\"]}]",
        "[{\"op\":\"encode\",\"method\":\"label\",\"columns\":[\"y\"]}]",
        "[{\"op\":\"drop\",\"columns\":[\"y\"]}]",
        "[{\"op\":\"rename\",\"names\":{\"y\":\"z\"}}]",
    };
    for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++) {
        fault_t fault = {0};
        assert_null(prepare(recipes[i], &fault));
        assert_int_equal(fault.code, ERR_TARGET);
        assert_int_equal(fault.step, 1);
        assert_string_equal(fault.column, "y");
        assert_non_null(strstr(fault.remedy, "labels are taken as they are"));
    }
    assert_prepared("[{\"op\":\"missing\",\"method\":\"drop_rows\",\"columns\":[\"y\"]}]", "");
}

static void keep_drops_features_and_reorder_does_nothing(void **state)
{
    (void)state;
    assert_prepared("[{\"op\":\"reorder\",\"columns\":[\"b\"]},"
                    "{\"op\":\"keep\",\"columns\":[\"b\",\"a_x\"]},"
                    "{\"op\":\"scale\",\"method\":\"robust\",\"columns\":[\"b\"]}]",
                    "2:b,;3:b,;");
    assert_prepared("[{\"op\":\"keep\",\"columns\":[\"a_x\"]}]", "1:;");
}

// The step of a recipe that is refused, and the column that is named.
static void assert_refused(const char *recipe, err_t code, int32_t step, const char *column,
                           const char *detail)
{
    fault_t fault = {0};
    assert_null(prepare(recipe, &fault));
    assert_string_equal(err_name(fault.code), err_name(code));
    assert_int_equal(fault.step, step);
    assert_string_equal(fault.column, column);
    assert_non_null(strstr(fault.detail, detail));
    assert_string_not_equal(fault.remedy, "");
}

static void what_looks_at_other_rows_is_refused_where_it_touches_features(void **state)
{
    (void)state;
    const char *why = "cannot be part of a model: it looks at other rows";
    assert_refused("[{\"op\":\"drop\",\"columns\":[\"a_x\"]},"
                   "{\"op\":\"missing\",\"method\":\"forward\",\"columns\":[\"b\"]}]",
                   ERR_UNSUPPORTED, 2, "", why);
    assert_refused("[{\"op\":\"sort\",\"columns\":[\"a_x\"]}]", ERR_UNSUPPORTED, 1, "", why);
    assert_refused("[{\"op\":\"rows\",\"method\":\"head\",\"rows\":1}]", ERR_UNSUPPORTED, 1, "",
                   why);
    assert_refused("[{\"op\":\"encode\",\"method\":\"target\",\"columns\":[\"a\"],"
                   "\"target\":\"n\"}]",
                   ERR_UNSUPPORTED, 1, "", why);
    assert_refused("[{\"op\":\"missing\",\"method\":\"group\",\"columns\":[\"a\"],\"by\":\"b\"}]",
                   ERR_UNSUPPORTED, 1, "", why);
    assert_prepared("[{\"op\":\"missing\",\"method\":\"forward\",\"columns\":[\"a_x\"]}]", "");
}

static void what_is_made_of_features_stays(void **state)
{
    (void)state;
    assert_prepared(
        "[{\"op\":\"rename\",\"names\":{\"a\":\"c\",\"a_x\":\"a\"}},"
        "{\"op\":\"derive\",\"as\":\"sum\",\"expression\":\"c + b\"},"
        "{\"op\":\"derive\",\"as\":\"other\",\"expression\":\"a + n\"},"
        "{\"op\":\"scale\",\"method\":\"min_max\",\"columns\":[\"sum\",\"other\",\"a\"]},"
        "{\"op\":\"reduce\",\"method\":\"pca\",\"columns\":[\"sum\",\"c\"]},"
        "{\"op\":\"drop\",\"columns\":[\"pc2\",\"other\"]},"
        "{\"op\":\"encode\",\"method\":\"hash\",\"columns\":[\"a\",\"pc1\"]}]",
        "1:;2:;4:sum,;5:sum,c,;6:pc2,;7:pc1,;");
}

static void what_is_made_of_leaves_stays(void **state)
{
    (void)state;
    assert_prepared("[{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"a\"]},"
                    "{\"op\":\"derive\",\"as\":\"both\",\"expression\":\"a_1 + b\"},"
                    "{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"both\"]},"
                    "{\"op\":\"rename\",\"names\":{\"a_3\":\"three\"}},"
                    "{\"op\":\"reduce\",\"method\":\"pca\",\"columns\":[\"a_1\",\"three\"]},"
                    "{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"pc1\"]}]",
                    "1:a,;2:;3:both,;4:;5:a_1,three,;6:pc1,;");
}

static void features_beside_other_columns_are_refused(void **state)
{
    (void)state;
    const char *why = "uses 'n', which is no feature, beside 'a'";
    assert_refused("[{\"op\":\"derive\",\"as\":\"z\",\"expression\":\"a + n\"}]", ERR_UNSUPPORTED,
                   1, "n", why);
    assert_refused("[{\"op\":\"scale\",\"method\":\"unit_norm\",\"columns\":[\"n\",\"a\"]}]",
                   ERR_UNSUPPORTED, 1, "n", why);
    assert_refused("[{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"a\"]},"
                   "{\"op\":\"merge\",\"columns\":[\"a_1\",\"n\"],\"as\":\"z\"}]",
                   ERR_UNSUPPORTED, 2, "n", "which is no feature");
}

static void the_target_does_not_leak(void **state)
{
    (void)state;
    const char *uses = "uses the target 'y' beside 'a'";
    assert_refused("[{\"op\":\"derive\",\"as\":\"z\",\"expression\":\"if(y = 'p', a)\"}]",
                   ERR_TARGET, 1, "y", uses);
    assert_refused("[{\"op\":\"filter\",\"expression\":\"a > 0 and y = 'p'\"},"
                   "{\"op\":\"derive\",\"as\":\"z\",\"expression\":\"y = 'p'\"},"
                   "{\"op\":\"derive\",\"as\":\"w\",\"expression\":\"if(z, a)\"}]",
                   ERR_UNSUPPORTED, 3, "z", "which is no feature");
    assert_refused("[{\"op\":\"merge\",\"columns\":[\"a\",\"y\"],\"as\":\"z\"}]", ERR_TARGET, 1,
                   "y", "changes the target");
    assert_prepared("[{\"op\":\"duplicate\",\"column\":\"y\",\"as\":\"z\"}]", "");
    // a column that is called like the target, which went, is not the target
    assert_prepared("[{\"op\":\"keep\",\"columns\":[\"a\",\"b\"]},"
                    "{\"op\":\"derive\",\"as\":\"y\",\"expression\":\"a + b\"},"
                    "{\"op\":\"scale\",\"method\":\"robust\",\"columns\":[\"y\"]}]",
                    "1:a,b,;2:;3:y,;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_touches_features_stays),
        cmocka_unit_test(leaves_of_features_stay_too),
        cmocka_unit_test(keep_drops_features_and_reorder_does_nothing),
        cmocka_unit_test(what_looks_at_other_rows_is_refused_where_it_touches_features),
        cmocka_unit_test(what_is_made_of_features_stays),
        cmocka_unit_test(what_is_made_of_leaves_stays),
        cmocka_unit_test(features_beside_other_columns_are_refused),
        cmocka_unit_test(the_target_does_not_leak),
        cmocka_unit_test(a_step_on_the_target_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
