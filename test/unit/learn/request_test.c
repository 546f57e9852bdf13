// SPDX-License-Identifier: MPL-2.0
#include "learn/request.h"

#include <string.h>

#include "test/unit/engine/temp.h"

static const char TABLE[] = "a,b,y\n1,2,p\n3,4,q\n";

static err_t parse(const char *text, request_t *request, fault_t *fault)
{
    temp_t temp = temp_table(TABLE);
    json_t *json = json_of(text);
    err_t err = request_parse(json, temp.description, request, fault);
    json_decref(json);
    temp_release(&temp);
    return err;
}

static void absent_settings_are_scikit_learns(void **state)
{
    (void)state;
    request_t request;
    assert_int_equal(parse("{\"target\":\"y\",\"features\":[\"b\",\"a\"]}", &request, NULL),
                     ERR_OK);
    assert_int_equal(request.target, 2);
    assert_int_equal(request.features_count, 2);
    assert_int_equal(request.features[0], 1);
    assert_int_equal(request.task, TASK_CLASSIFY);
    assert_string_equal(request.estimator->name, "svc");
    assert_true(params_number(request.parameters, "C") == 1);
    assert_true(params_chose(request.parameters, "gamma", "scale"));
    assert_true(request.test_size == 0.2);
    assert_int_equal(request.folds, 0);
    assert_int_equal(request.search.method, SEARCH_NONE);
    assert_int_equal(request.weight_kind, WEIGHT_NONE);
    assert_int_equal(request.seed, 42);
    request_release(&request);
}

static void given_settings_are_taken(void **state)
{
    (void)state;
    request_t request;
    assert_int_equal(
        parse("{\"target\":\"y\",\"features\":[\"a\"],\"algorithm\":\"svc\",\"test_size\":0.5,"
              "\"seed\":9007199254740991,\"parameters\":{\"C\":2.5,\"kernel\":\"poly\","
              "\"gamma\":0.25,\"degree\":10,\"coef0\":-1,\"class_weight\":{\"p\":3}}}",
              &request, NULL),
        ERR_OK);
    assert_true(params_number(request.parameters, "C") == 2.5);
    assert_true(params_number(request.parameters, "gamma") == 0.25);
    assert_true(params_chose(request.parameters, "kernel", "poly"));
    assert_int_equal(request.weight_kind, WEIGHT_MAP);
    assert_true(request.seed == 9007199254740991);
    request_release(&request);
}

static void groups_and_outliers_need_no_target(void **state)
{
    (void)state;
    request_t request;
    assert_int_equal(
        parse("{\"task\":\"cluster\",\"features\":[\"b\",\"a\",\"y\"]}", &request, NULL), ERR_OK);
    assert_int_equal(request.task, TASK_CLUSTER);
    assert_true(request.target == REQUEST_NO_TARGET);
    assert_string_equal(request.estimator->name, "k_means");
    request_release(&request);
    assert_int_equal(
        parse("{\"task\":\"outlier\",\"target\":null,\"features\":[\"a\"]}", &request, NULL),
        ERR_OK);
    assert_string_equal(request.estimator->name, "one_class_svm");
    request_release(&request);
}

static void nothing_judges_groups(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"task\":\"cluster\",\"features\":[\"a\"],\"algorithm\":\"auto\"}",
        "{\"task\":\"cluster\",\"features\":[\"a\"],\"search\":{\"method\":\"grid\"}}",
        "{\"task\":\"outlier\",\"features\":[\"a\"],\"folds\":3}",
        "{\"task\":\"cluster\",\"features\":[\"a\"],\"score\":\"r2\"}",
        "{\"task\":\"cluster\",\"features\":[\"a\"],\"learning_curve\":true}",
        "{\"task\":\"outlier\",\"features\":[\"a\"],\"target\":\"y\"}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        request_t request;
        fault_t fault = {0};
        assert_int_equal(parse(texts[i], &request, &fault), ERR_HYPERPARAMETER);
        assert_non_null(strstr(fault.remedy, i < 5 ? "nothing tells" : "predicts no column"));
    }
}

static void a_bad_setting_is_named(void **state)
{
    (void)state;
    const char *const cases[][2] = {
        {"\"parameters\":{\"C\":-1}", "'C'"},
        {"\"parameters\":{\"gamma\":0}", "'gamma'"},
        {"\"parameters\":{\"gamma\":[]}", "'gamma'"},
        {"\"parameters\":{\"kernel\":7}", "'kernel'"},
        {"\"parameters\":{\"degree\":-1}", "'degree'"},
        {"\"parameters\":{\"coef0\":\"x\"}", "'coef0'"},
        {"\"parameters\":{\"class_weight\":[1]}", "'class_weight'"},
        {"\"parameters\":{\"class_weight\":\"even\"}", "'class_weight'"},
        {"\"parameters\":3", "'parameters'"},
        {"\"test_size\":0", "'test_size'"},
        {"\"test_size\":0.95", "'test_size'"},
        {"\"seed\":1.5", "'seed'"},
        {"\"algorithm\":\"tree\"", "'algorithm'"},
        {"\"algorithm\":\"ridge\"", "'algorithm'"}, // not for classes
        {"\"task\":\"regress\"", "'task'"},         // y is text
        {"\"folds\":1", "'folds'"},
        {"\"score\":\"r2\"", "'score'"}, // of numbers
        {"\"score\":7", "'score'"},
        {"\"learning_curve\":1", "'learning_curve'"},
        {"\"split\":\"time\"", "'split'"},
        {"\"split\":{}", "'split'"},
        {"\"split\":{\"kind\":\"moon\"}", "'split'"},
        {"\"split\":{\"kind\":\"time\"}", "'split'"},
        {"\"split\":{\"kind\":\"random\",\"column\":\"b\"}", "'split'"},
        {"\"split\":{\"kind\":\"group\",\"column\":\"a\"}", "'split'"}, // a feature
        {"\"search\":{\"method\":\"luck\"}", "'method'"},
        {"\"search\":{\"trials\":0}", "'trials'"},
        {"\"search\":{\"budget\":0}", "'budget'"},
        {"\"search\":{\"space\":{\"C\":[]}}", "'C'"},
        {"\"search\":{\"space\":{\"C\":[-1]}}", "'C'"},
        {"\"search\":{\"space\":{\"c\":[1]}}", "'c'"},
        {"\"search\":{\"space\":{\"C\":{\"from\":2,\"to\":1}}}", "'C'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[200];
        snprintf(text, sizeof text, "{\"target\":\"y\",\"features\":[\"a\"],%s}", cases[i][0]);
        request_t request;
        fault_t fault = {0};
        assert_int_equal(parse(text, &request, &fault), ERR_HYPERPARAMETER);
        assert_non_null(strstr(fault.detail, cases[i][1]));
        assert_string_not_equal(fault.remedy, "");
    }
}

static void a_search_has_folds_and_a_space(void **state)
{
    (void)state;
    request_t request;
    assert_int_equal(parse("{\"target\":\"y\",\"features\":[\"a\"],\"search\":{\"method\":\"grid\","
                           "\"trials\":7,\"budget\":1.5,\"memory_mb\":2,\"space\":{\"C\":[1,2]}}}",
                           &request, NULL),
                     ERR_OK);
    assert_int_equal(request.search.method, SEARCH_GRID);
    assert_int_equal(request.search.trials, 7);
    assert_int_equal(request.search.memory_bytes, 2 << 20);
    assert_true(request.search.budget_seconds == 1.5);
    assert_int_equal(request.folds, REQUEST_FOLDS);
    request_release(&request);
    assert_int_equal(
        parse("{\"target\":\"y\",\"features\":[\"a\"],\"algorithm\":\"auto\"}", &request, NULL),
        ERR_OK);
    assert_int_equal(request.search.method, SEARCH_AUTO);
    request_release(&request);
}

static void a_division_names_its_column(void **state)
{
    (void)state;
    static const struct {
        const char *split;
        err_t err;
    } cases[] = {
        {"{\"kind\":\"stratified\"}", ERR_OK},
        {"{\"kind\":\"group\",\"column\":\"b\"}", ERR_OK},
        {"{\"kind\":\"time\",\"column\":\"a\"}", ERR_OK}, // a trend may be a feature
        {"{\"kind\":\"time\",\"column\":\"c\"}", ERR_COLUMN_UNKNOWN},
        {"{\"kind\":\"time\",\"column\":\"t\"}", ERR_COLUMN_TYPE},
        {"{\"kind\":\"group\",\"column\":\"y\"}", ERR_TARGET},
    };
    temp_t temp = temp_table("a,b,t,y\n1,2,u,p\n3,4,v,q\n");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *json = json_of("{\"target\":\"y\",\"features\":[\"a\"],\"score\":\"roc_auc\"}");
        json_object_set_new(json, "split", json_of(cases[i].split));
        request_t request = {0};
        fault_t fault = {0};
        assert_int_equal(request_parse(json, temp.description, &request, &fault), cases[i].err);
        assert_true((fault.remedy[0] != 0) == (cases[i].err != ERR_OK));
        if (cases[i].err == ERR_OK) {
            assert_string_equal(request.score, "roc_auc");
            assert_int_equal(request.division.column, i == 1 ? 1 : 0);
        } else {
            assert_string_not_equal(fault.column, "");
        }
        request_release(&request);
        json_decref(json);
    }
    temp_release(&temp);
}

static void target_and_features_must_be_columns(void **state)
{
    (void)state;
    const struct {
        const char *text;
        err_t code;
    } cases[] = {
        {"{\"target\":\"z\",\"features\":[\"a\"]}", ERR_COLUMN_UNKNOWN},
        {"{\"target\":\"y\",\"features\":[\"z\"]}", ERR_COLUMN_UNKNOWN},
        {"{\"target\":\"y\",\"features\":[\"y\"]}", ERR_TARGET},
        {"{\"target\":\"y\",\"features\":[\"a\",\"a\"]}", ERR_HYPERPARAMETER},
        {"{\"target\":\"y\",\"features\":[]}", ERR_HYPERPARAMETER},
        {"{\"target\":\"y\",\"features\":[1]}", ERR_HYPERPARAMETER},
        {"{\"features\":[\"a\"]}", ERR_HYPERPARAMETER},
        {"[]", ERR_HYPERPARAMETER},
        {"null", ERR_HYPERPARAMETER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        request_t request;
        fault_t fault = {0};
        assert_int_equal(parse(cases[i].text, &request, &fault), cases[i].code);
        assert_string_not_equal(fault.remedy, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_settings_are_scikit_learns),
        cmocka_unit_test(given_settings_are_taken),
        cmocka_unit_test(groups_and_outliers_need_no_target),
        cmocka_unit_test(nothing_judges_groups),
        cmocka_unit_test(a_bad_setting_is_named),
        cmocka_unit_test(a_search_has_folds_and_a_space),
        cmocka_unit_test(a_division_names_its_column),
        cmocka_unit_test(target_and_features_must_be_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
