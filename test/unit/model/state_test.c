// SPDX-License-Identifier: MPL-2.0
// Models' documents that are damaged, and fits that nobody wants any more.
#include "model/core/estimator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"
#include "model/catalogue.h"

enum { ROWS = 24, COLUMNS = 2, CLASSES = 3 };

static double x[ROWS * COLUMNS];
static double targets[ROWS];
static int32_t classes[ROWS];

static int make_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        classes[i] = (int32_t)(i % CLASSES);
        targets[i] = (double)(i % 7);
        x[i * COLUMNS] = (double)classes[i] + (double)(i % 5) / 10;
        x[i * COLUMNS + 1] = (double)(i * i % 11);
    }
    return 0;
}

static err_t fit(const char *name, task_t task, const char *params, const progress_t *progress,
                 model_t **ret_model)
{
    const estimator_t *estimator = estimator_find(name);
    lesson_t lesson = {.matrix = {x, ROWS, COLUMNS}, .task = task};
    lesson.classes = task == TASK_CLASSIFY ? classes : NULL;
    lesson.classes_count = task == TASK_CLASSIFY ? CLASSES : 0;
    lesson.targets = task == TASK_REGRESS ? targets : NULL;
    json_t *given = json_loads(params, 0, NULL);
    json_t *read = NULL;
    assert_int_equal(params_read(estimator->params, given, &read, NULL), ERR_OK);
    fit_t how = {.params = read, .seed = 1, .threads = 1, .progress = progress};
    err_t err = model_fit(estimator, &lesson, &how, ret_model, NULL);
    json_decref(given);
    json_decref(read);
    return err;
}

static json_t *document(const char *name, task_t task, const char *params)
{
    model_t *model = NULL;
    assert_int_equal(fit(name, task, params, NULL, &model), ERR_OK);
    json_t *json = model_to_json(model);
    model_destroy(&model);
    return json;
}

static err_t read_back(const json_t *json)
{
    model_t *model = NULL;
    err_t err = model_from_json(json, ESTIMATORS, &model, NULL);
    if (err == ERR_OK) {
        double answers[ROWS];
        matrix_t matrix = {x, ROWS, COLUMNS};
        model->estimator->predict(model, &matrix, answers);
    }
    model_destroy(&model);
    return err;
}

// Puts each odd value in the place of a member of the state.
static void spoil(json_t *json, const char *key)
{
    static const char *const odd[] = {"null",
                                      "[]",
                                      "{}",
                                      "true",
                                      "-1",
                                      "0",
                                      "\"?\"",
                                      "[null]",
                                      "[1, 2, 3, 4, 5, 6, 7]",
                                      "[1e308, -1, true]"};
    json_t *state = json_object_get(json, "state");
    json_t *kept = json_incref(json_object_get(state, key));
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        json_t *value = json_loads(odd[i], JSON_DECODE_ANY, NULL);
        if (value) {
            json_object_set_new(state, key, value);
            assert_int_equal(read_back(json), ERR_CORRUPT);
        }
    }
    json_object_del(state, key);
    assert_int_equal(read_back(json), ERR_CORRUPT);
    json_object_set_new(state, key, kept);
    assert_int_equal(read_back(json), ERR_OK);
}

static void spoil_all(json_t *json)
{
    json_t *keys = json_deep_copy(json_object_get(json, "state"));
    const char *key;
    json_t *value;
    json_object_foreach(keys, key, value)
    {
        spoil(json, key);
    }
    json_object_set_new(json, "state", json_null());
    assert_int_equal(read_back(json), ERR_CORRUPT);
    json_decref(keys);
    json_decref(json);
}

static void damaged_machines_are_refused(void **state)
{
    (void)state;
    spoil_all(document("svc", TASK_CLASSIFY, "{\"probability\": true}"));
    spoil_all(document("nu_svc", TASK_CLASSIFY, "{}"));
    spoil_all(document("svr", TASK_REGRESS, "{}"));
    spoil_all(document("one_class_svm", TASK_OUTLIER, "{}"));
}

static void damaged_boosters_are_refused(void **state)
{
    (void)state;
    spoil_all(document("gradient_boosting", TASK_CLASSIFY, "{\"n_estimators\": 2}"));
    spoil_all(document("gradient_boosting", TASK_REGRESS, "{\"n_estimators\": 2}"));
}

// XGBoost itself would end the process for some of these.
static void no_byte_of_a_booster_is_believed(void **state)
{
    (void)state;
    json_t *json =
        document("gradient_boosting", TASK_REGRESS, "{\"n_estimators\": 1, \"max_depth\": 2}");
    json_t *member = json_object_get(json, "state");
    buf_t bytes = {0};
    assert_true(base64_read(json_string_value(json_object_get(member, "booster")), &bytes));
    for (size_t i = 0; i < bytes.size; i++) {
        for (int bit = 0; bit < 8; bit += 7) {
            bytes.data[i] = (char)(bytes.data[i] ^ 1 << bit);
            char *text = base64_text(bytes.data, bytes.size);
            json_object_set_new(member, "booster", json_string(text));
            err_t err = read_back(json);
            assert_true(err == ERR_OK || err == ERR_CORRUPT);
            free(text);
            bytes.data[i] = (char)(bytes.data[i] ^ 1 << bit);
        }
    }
    buf_release(&bytes);
    json_decref(json);
}

typedef struct {
    int calls;
    int allowed;
    double last;
} listener_t;

static bool hear(void *context, double fraction, const char *stage)
{
    listener_t *listener = context;
    assert_true(fraction >= listener->last && fraction <= 1 && stage[0] != '\0');
    listener->last = fraction;
    return listener->calls++ < listener->allowed;
}

static void a_fit_tells_how_far_it_is_and_can_be_cancelled(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        task_t task;
    } kinds[] = {{"svc", TASK_CLASSIFY},
                 {"svr", TASK_REGRESS},
                 {"one_class_svm", TASK_OUTLIER},
                 {"gradient_boosting", TASK_CLASSIFY}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        listener_t patient = {.allowed = 1000};
        progress_t progress = {.report = hear, .context = &patient};
        model_t *model = NULL;
        assert_int_equal(fit(kinds[i].name, kinds[i].task, "{}", &progress, &model), ERR_OK);
        model_destroy(&model);
        for (int calls = 0; calls < patient.calls && calls < 5; calls++) {
            listener_t brief = {.allowed = calls};
            progress.context = &brief;
            assert_int_equal(fit(kinds[i].name, kinds[i].task, "{}", &progress, &model),
                             ERR_CANCELLED);
            assert_int_equal(brief.calls, calls + 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_machines_are_refused),
        cmocka_unit_test(damaged_boosters_are_refused),
        cmocka_unit_test(no_byte_of_a_booster_is_believed),
        cmocka_unit_test(a_fit_tells_how_far_it_is_and_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, make_rows, NULL);
}
