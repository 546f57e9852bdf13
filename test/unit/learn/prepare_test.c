// SPDX-License-Identifier: MPL-2.0
#include "learn/prepare.h"

#include "test/unit/engine/temp.h"

static const char TABLE[] = "a,a_x,b,y\n1,1,2,p\n3,1,4,q\n";

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

// The step and the remedy of a recipe that cannot be part of a model.
static void assert_unsupported(const char *recipe, int32_t step)
{
    fault_t fault = {0};
    assert_null(prepare(recipe, &fault));
    assert_int_equal(fault.code, ERR_UNSUPPORTED);
    assert_int_equal(fault.step, step);
    assert_non_null(strstr(fault.detail, "cannot be part of a model"));
    assert_string_equal(fault.remedy,
                        "run the recipe over the table first, and train on the result");
}

static void a_step_without_a_counterpart_is_refused_where_it_touches_features(void **state)
{
    (void)state;
    assert_unsupported("[{\"op\":\"drop\",\"columns\":[\"a_x\"]},"
                       "{\"op\":\"encode\",\"method\":\"hash\",\"columns\":[\"b\"]}]",
                       2);
    assert_unsupported("[{\"op\":\"rename\",\"names\":{\"a\":\"c\"}}]", 1);
    assert_prepared("[{\"op\":\"encode\",\"method\":\"hash\",\"columns\":[\"a_x\"]},"
                    "{\"op\":\"rename\",\"names\":{\"a_x\":\"c\"}}]",
                    "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_touches_features_stays),
        cmocka_unit_test(leaves_of_features_stay_too),
        cmocka_unit_test(keep_drops_features_and_reorder_does_nothing),
        cmocka_unit_test(a_step_without_a_counterpart_is_refused_where_it_touches_features),
        cmocka_unit_test(a_step_on_the_target_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
