// SPDX-License-Identifier: MPL-2.0
#include "learn/train.h"

#include <sys/stat.h>

#include "learn/exports.h"
#include "test/unit/engine/temp.h"

typedef struct {
    temp_t temp;
    char folder[32];
    json_t *result;
    fault_t fault;
} trained_t;

static trained_t train(const char *table, const char *recipe, const char *training,
                       const progress_t *progress)
{
    trained_t trained = {.temp = temp_table(table)};
    strcpy(trained.folder, "/tmp/autodp-test-XXXXXX"); // NOLINT: it fits
    assert_non_null(mkdtemp(trained.folder));
    json_t *steps = json_of(recipe);
    json_t *request = json_of(training);
    train_t how = {.frame = trained.temp.frame,
                   .recipe = steps,
                   .training = request,
                   .output_dir = trained.folder,
                   .progress = progress};
    err_t err = train_run(&how, &trained.result, &trained.fault);
    assert_int_equal(err, trained.fault.code);
    assert_true((trained.result != NULL) == (err == ERR_OK));
    json_decref(steps);
    json_decref(request);
    return trained;
}

// Whether the file is there; it goes.
static bool take_file(const trained_t *trained, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", trained->folder, name);
    return unlink(path) == 0;
}

static void release(trained_t *trained, bool files)
{
    assert_true(take_file(trained, "model.pkl") == files);
    assert_true(take_file(trained, "predictions.csv") == files);
    assert_true(take_file(trained, "record.json") == files);
    assert_true(take_file(trained, "model.json") == files);
    assert_true(take_file(trained, "card.md") == files);
    assert_true(take_file(trained, "card.html") == files);
    assert_true(take_file(trained, "SHA256SUMS") == files);
    for (size_t i = 1; exports_format(i); i++) { // model.pkl is always there
        char name[32];
        snprintf(name, sizeof name, "model.%s", exports_format(i));
        bool there = take_file(trained, name);
        assert_true(files || !there);
    }
    assert_int_equal(rmdir(trained->folder), 0);
    json_decref(trained->result);
    temp_release(&trained->temp);
}

// Two clouds: y is "up" where x is large. Some rows lack x, some lack y.
static char *clouds(int rows)
{
    buf_t text = {0};
    buf_addf(&text, "x,c,y\n");
    for (int i = 0; i < rows; i++) {
        int up = i % 3 == 0;
        buf_addf(&text, "%s", i % 10 == 9 ? "" : up ? "5." : "1.");
        buf_addf(&text, i % 10 == 9 ? "" : "%d", i % 7);
        buf_addf(&text, ",%s,%s\n", i % 2 ? "p" : "q", i % 20 == 3 ? "NA" : up ? "up" : "down");
    }
    buf_add(&text, "", 1);
    return text.data;
}

static double score(const trained_t *trained, const char *name)
{
    const json_t *record = json_object_get(trained->result, "record");
    return json_number_value(json_object_get(json_object_get(record, "scores"), name));
}

static json_int_t rows_of(const trained_t *trained, const char *name)
{
    const json_t *record = json_object_get(trained->result, "record");
    return json_integer_value(json_object_get(json_object_get(record, "rows"), name));
}

static void a_model_learns_what_is_easy(void **state)
{
    (void)state;
    char *table = clouds(200);
    trained_t trained = train(table,
                              "[{\"op\":\"missing\",\"method\":\"drop_rows\",\"columns\":[\"x\"]},"
                              "{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"c\"]}]",
                              "{\"target\":\"y\",\"features\":[\"x\",\"c\"]}", NULL);
    assert_string_equal(trained.fault.detail, "");
    assert_true(score(&trained, "test_accuracy") == 1);
    assert_true(score(&trained, "train_accuracy") == 1);
    assert_true(score(&trained, "baseline_accuracy") < 0.8);
    assert_int_equal(rows_of(&trained, "total"), 200);
    assert_int_equal(rows_of(&trained, "target_missing"), 10);
    assert_int_equal(rows_of(&trained, "dropped_missing"), 20);
    assert_int_equal(rows_of(&trained, "used"), 170);
    assert_int_equal(rows_of(&trained, "test"), 34);
    release(&trained, true);
    free(table);
}

static void groups_are_learned_from_all_rows_that_a_filter_leaves(void **state)
{
    (void)state;
    char *table = clouds(200);
    trained_t trained =
        train(table, "[{\"op\":\"missing\",\"method\":\"drop_rows\",\"columns\":[\"x\"]}]",
              "{\"task\":\"cluster\",\"features\":[\"x\"],\"parameters\":{"
              "\"n_clusters\":2}}",
              NULL);
    const json_t *record = json_object_get(trained.result, "record");
    assert_string_equal(trained.fault.detail, "");
    assert_true(json_is_null(json_object_get(record, "target")));
    assert_int_equal(rows_of(&trained, "target_missing"), 0);
    assert_int_equal(rows_of(&trained, "used") + rows_of(&trained, "dropped_missing"), 200);
    assert_true(rows_of(&trained, "dropped_missing") > 0);
    const json_t *said = json_object_get(json_object_get(record, "self_check"), "predictions");
    assert_true(json_is_integer(json_array_get(said, 0)));
    release(&trained, true);
    free(table);
}

static void one_row_makes_no_group(void **state)
{
    (void)state;
    trained_t trained =
        train("x,y\n1,2\n", "[]", "{\"task\":\"outlier\",\"features\":[\"x\"]}", NULL);
    assert_int_equal(trained.fault.code, ERR_NO_ROWS);
    release(&trained, false);
}

static void parameters_come_from_training_rows_alone(void **state)
{
    (void)state;
    // one of the rows is far out; whether the scale knows it tells in which part it is
    buf_t text = {0};
    buf_addf(&text, "x,y\n");
    for (int i = 0; i < 40; i++) {
        buf_addf(&text, "%d,%s\n", i == 20 ? 1000 : i, i % 2 ? "a" : "b");
    }
    buf_add(&text, "", 1);
    int with = 0;
    for (int seed = 0; seed < 12; seed++) {
        char request[120];
        snprintf(request, sizeof request,
                 "{\"target\":\"y\",\"features\":[\"x\"],\"test_size\":0.5,"
                 "\"refit\":false,\"seed\":%d}",
                 seed);
        trained_t trained =
            train(text.data, "[{\"op\":\"scale\",\"method\":\"min_max\",\"columns\":[\"x\"]}]",
                  request, NULL);
        const json_t *steps = json_object_get(json_object_get(trained.result, "record"), "steps");
        const json_t *made = json_object_get(json_array_get(steps, 0), "parameters");
        const json_t *max = json_object_get(json_array_get(made, 0), "max");
        with += json_integer_value(max) == 1000;
        release(&trained, true);
    }
    assert_in_range(with, 1, 11);
    buf_release(&text);
}

static void a_row_that_lacks_a_feature_is_named(void **state)
{
    (void)state;
    char *table = clouds(40);
    trained_t trained = train(table, "[]", "{\"target\":\"y\",\"features\":[\"x\"]}", NULL);
    assert_int_equal(trained.fault.code, ERR_COLUMN_MISSING);
    assert_non_null(strstr(trained.fault.detail, "row 10:"));
    assert_string_equal(trained.fault.column, "x");
    release(&trained, false);
    free(table);
}

static bool refuse(void *context, double fraction, const char *stage)
{
    (void)context;
    (void)fraction;
    return strcmp(stage, "train") != 0;
}

static void a_training_can_be_cancelled(void **state)
{
    (void)state;
    char *table = clouds(40);
    progress_t progress = {.report = refuse};
    trained_t trained =
        train(table, "[{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"x\"]}]",
              "{\"target\":\"y\",\"features\":[\"x\"]}", &progress);
    assert_int_equal(trained.fault.code, ERR_CANCELLED);
    release(&trained, false);
    free(table);
}

// Refuses the stage that the context names.
static bool refuse_stage(void *context, double fraction, const char *stage)
{
    (void)fraction;
    return strcmp(stage, context) != 0;
}

static void a_look_into_the_model_can_be_cancelled(void **state)
{
    (void)state;
    static char stages[][16] = {"learning curve", "curves", "importance", "dependence"};
    char *table = clouds(60);
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        progress_t progress = {.report = refuse_stage, .context = stages[i]};
        trained_t trained =
            train(table, "[{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"x\"]}]",
                  "{\"target\":\"y\",\"features\":[\"x\"],\"folds\":2,\"learning_curve\":true}",
                  &progress);
        assert_int_equal(trained.fault.code, ERR_CANCELLED);
        release(&trained, false);
    }
    free(table);
}

static bool go_on(void *context, double fraction, const char *stage)
{
    double *last = context;
    (void)stage;
    assert_true(fraction >= *last && fraction <= 1);
    *last = fraction;
    return true;
}

static void progress_never_goes_back(void **state)
{
    (void)state;
    static const char *const more[] = {
        "", ",\"folds\":2", ",\"folds\":2,\"learning_curve\":true",
        ",\"folds\":2,\"learning_curve\":true,\"search\":{\"method\":\"grid\",\"trials\":2}"};
    char *table = clouds(60);
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        char request[200];
        double last = 0;
        progress_t progress = {.report = go_on, .context = &last};
        snprintf(request, sizeof request,
                 "{\"target\":\"y\",\"features\":[\"x\"],\"algorithm\":\"decision_tree\"%s}",
                 more[i]);
        trained_t trained =
            train(table, "[{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"x\"]}]", request,
                  &progress);
        assert_string_equal(trained.fault.detail, "");
        assert_true(last > 0.9);
        release(&trained, true);
    }
    free(table);
}

static void a_report_of_many_classes_stays_small(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_addf(&text, "x,y\n");
    for (int i = 0; i < 900; i++) {
        buf_addf(&text, "%d,k%d\n", i % 30 + i / 300, i % 30);
    }
    buf_add(&text, "", 1);
    trained_t trained = train(text.data, "[]",
                              "{\"target\":\"y\",\"features\":[\"x\"],\"algorithm\":"
                              "\"gaussian_nb\",\"test_size\":0.5}",
                              NULL);
    assert_string_equal(trained.fault.detail, "");
    const json_t *record = json_object_get(trained.result, "record");
    const json_t *insight = json_object_get(record, "insight");
    assert_int_equal(json_array_size(json_object_get(insight, "classes")), 10);
    assert_non_null(strstr(
        json_string_value(json_array_get(json_object_get(insight, "left_out"), 0)), "10 labels"));
    char *dumped = json_dumps(insight, JSON_COMPACT);
    assert_true(strlen(dumped) < 300000);
    free(dumped);
    release(&trained, true);
    buf_release(&text);
}

static void too_many_training_rows_are_refused(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_addf(&text, "x,y\n");
    for (int i = 0; i < 125003; i++) {
        buf_addf(&text, "%d,%d\n", i % 10, i % 2);
    }
    buf_add(&text, "", 1);
    trained_t trained = train(text.data, "[]", "{\"target\":\"y\",\"features\":[\"x\"]}", NULL);
    assert_int_equal(trained.fault.code, ERR_TOO_LARGE);
    assert_string_not_equal(trained.fault.remedy, "");
    release(&trained, false);
    buf_release(&text);
}

static const json_t *scores_of(const trained_t *trained)
{
    return json_object_get(json_object_get(trained->result, "record"), "scores");
}

static void numbers_are_learned_as_numbers(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_addf(&text, "x,y\n");
    for (int i = 0; i < 200; i++) {
        buf_addf(&text, "%d,%d.25\n", i, 3 * i);
    }
    buf_add(&text, "", 1);
    trained_t trained = train(text.data, "[]",
                              "{\"target\":\"y\",\"features\":[\"x\"],\"folds\":4,"
                              "\"algorithm\":\"linear_regression\"}",
                              NULL);
    const json_t *scores = scores_of(&trained);
    const json_t *r2 =
        json_object_get(json_object_get(json_object_get(scores, "validation"), "scores"), "r2");
    assert_string_equal(json_string_value(json_object_get(scores, "chosen")), "r2");
    assert_true(json_number_value(json_object_get(json_object_get(scores, "test"), "r2")) > 0.999);
    assert_int_equal(json_array_size(json_object_get(r2, "folds")), 4);
    assert_true(json_number_value(json_object_get(r2, "mean")) > 0.999);
    release(&trained, true);
    buf_release(&text);
}

static void a_search_puts_the_best_on_top(void **state)
{
    (void)state;
    static const char *const methods[] = {"grid", "random", "halving"};
    char *table = clouds(200);
    for (size_t i = 0; i < 3; i++) {
        char request[300];
        snprintf(request, sizeof request,
                 "{\"target\":\"y\",\"features\":[\"x\"],\"folds\":3,\"algorithm\":"
                 "\"logistic_regression\",\"search\":{\"method\":\"%s\",\"trials\":4,"
                 "\"space\":{\"C\":[0.0001,0.01,1,10]}}}",
                 methods[i]);
        trained_t trained = train(
            table, "[{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"x\"]}]", request, NULL);
        assert_string_equal(trained.fault.detail, "");
        const json_t *board = json_object_get(scores_of(&trained), "leaderboard");
        assert_true(json_array_size(board) >= 4);
        const json_t *first = json_array_get(board, 0);
        assert_string_equal(json_string_value(json_object_get(first, "state")), "done");
        for (size_t k = 1; k < json_array_size(board); k++) {
            const json_t *row = json_array_get(board, k);
            assert_true(json_object_get(row, "rows_share") ||
                        json_number_value(json_object_get(first, "score")) >=
                            json_number_value(json_object_get(row, "score")));
        }
        release(&trained, true);
    }
    free(table);
}

static void a_trial_that_fails_is_a_row(void **state)
{
    (void)state;
    char *table = clouds(200);
    trained_t trained = train(
        table, "[{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"x\"]}]",
        "{\"target\":\"y\",\"features\":[\"x\"],\"folds\":3,\"algorithm\":\"nu_svc\",\"search\":"
        "{\"method\":\"grid\",\"space\":{\"nu\":[0.1,1]}}}",
        NULL);
    const json_t *board = json_object_get(scores_of(&trained), "leaderboard");
    const json_t *last = json_array_get(board, 1);
    assert_int_equal(json_array_size(board), 2);
    assert_string_equal(json_string_value(json_object_get(last, "state")), "failed");
    assert_non_null(strstr(
        json_string_value(json_object_get(json_object_get(last, "fault"), "detail")), "'nu'"));
    release(&trained, true);
    free(table);
}

static void a_measured_target_is_no_class(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_addf(&text, "x,y\n");
    for (int i = 0; i < 2000; i++) {
        buf_addf(&text, "%d,%d.5\n", i % 10, i);
    }
    buf_add(&text, "", 1);
    trained_t trained = train(
        text.data, "[]", "{\"target\":\"y\",\"features\":[\"x\"],\"task\":\"classify\"}", NULL);
    assert_int_equal(trained.fault.code, ERR_TARGET);
    assert_string_equal(trained.fault.column, "y");
    release(&trained, false);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_learns_what_is_easy),
        cmocka_unit_test(groups_are_learned_from_all_rows_that_a_filter_leaves),
        cmocka_unit_test(one_row_makes_no_group),
        cmocka_unit_test(parameters_come_from_training_rows_alone),
        cmocka_unit_test(a_row_that_lacks_a_feature_is_named),
        cmocka_unit_test(a_training_can_be_cancelled),
        cmocka_unit_test(a_look_into_the_model_can_be_cancelled),
        cmocka_unit_test(progress_never_goes_back),
        cmocka_unit_test(a_report_of_many_classes_stays_small),
        cmocka_unit_test(too_many_training_rows_are_refused),
        cmocka_unit_test(a_measured_target_is_no_class),
        cmocka_unit_test(numbers_are_learned_as_numbers),
        cmocka_unit_test(a_search_puts_the_best_on_top),
        cmocka_unit_test(a_trial_that_fails_is_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
