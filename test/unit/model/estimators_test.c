// SPDX-License-Identifier: MPL-2.0
// What every estimator of the catalogue keeps of the contract, whatever it learns.
#include "model/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/pickle/pickle.h"
#include "test/unit/test.h"

enum { ROWS = 24, COLUMNS = 3, CLASSES = 3 };

static double cells[ROWS * COLUMNS];
static int32_t classes[ROWS];
static double targets[ROWS];

static void make_table(void)
{
    for (size_t i = 0; i < ROWS; i++) {
        classes[i] = (int32_t)(i % CLASSES);
        targets[i] = (double)(i * i % 17);
        for (size_t j = 0; j < COLUMNS; j++) {
            cells[i * COLUMNS + j] = (double)((i * 7 + j * 5 + i * j) % 11) + classes[i];
        }
    }
}

static lesson_t lesson_of(task_t task)
{
    return (lesson_t){.matrix = {cells, ROWS, COLUMNS},
                      .task = task,
                      .classes = task == TASK_CLASSIFY ? classes : NULL,
                      .classes_count = task == TASK_CLASSIFY ? CLASSES : 0,
                      .targets = task == TASK_REGRESS ? targets : NULL};
}

static err_t fit(const estimator_t *estimator, task_t task, const progress_t *progress,
                 model_t **ret_model)
{
    json_t *params = NULL;
    lesson_t lesson = lesson_of(task);
    assert_int_equal(params_read(estimator->params, NULL, &params, NULL), ERR_OK);
    fit_t how = {.params = params, .threads = 2, .progress = progress};
    err_t err = model_fit(estimator, &lesson, &how, ret_model, NULL);
    json_decref(params);
    return err;
}

// Writes a model in the formats it has.
static void export(const model_t *model)
{
    const estimator_t *estimator = model->estimator;
    onnx_t graph = {0};
    onnx_answer_t answer;
    buf_t out = {0};
    double *slack = mem_array(model->columns, sizeof *slack);
    onnx_rows_t rows = {onnx_input(&graph, "x", ONNX_FLOAT), slack};
    estimator->onnx(model, &graph, &rows, &answer);
    onnx_write(&graph, "test", &out);
    if (estimator->native) {
        buf_clear(&out);
        estimator->native_write(model, &out);
    }
    assert_true(out.size > 0);
    buf_release(&out);
    onnx_release(&graph);
    free(slack);
}

// Asks a model for everything it can tell.
static void use(const model_t *model)
{
    enum { MANY = 2 };
    const estimator_t *estimator = model->estimator;
    double *x = mem_array(MANY * model->columns, sizeof *x);
    double *said = mem_array(MANY * (model->classes + 1) + model->columns, sizeof *said);
    int64_t *labels = mem_array(model->classes + 1, sizeof *labels);
    matrix_t matrix = {x, MANY, model->columns};
    class_names_t names = {.type = NAMES_INTEGER, .count = model->classes, .integers = labels};
    buf_t out = {0};
    estimator->predict(model, &matrix, said);
    if (estimator->probabilities && model->task == TASK_CLASSIFY) {
        estimator->probabilities(model, &matrix, said);
    }
    if (estimator->importances) {
        estimator->importances(model, said);
    }
    estimator->pickle(model, model->task == TASK_CLASSIFY ? &names : NULL, &out);
    assert_true(out.size > 0);
    buf_release(&out);
    export(model);
    free(x);
    free(said);
    free(labels);
}

// A damaged document is refused, or makes a model that can be asked without harm.
static bool refused(const json_t *document)
{
    model_t *model = NULL;
    fault_t fault = {0};
    err_t err = model_from_json(document, ESTIMATORS, &model, &fault);
    if (err == ERR_OK) {
        use(model);
        model_destroy(&model);
        return false;
    }
    assert_true(err == ERR_CORRUPT || err == ERR_HYPERPARAMETER || err == ERR_UNSUPPORTED);
    assert_true(fault.detail[0] != '\0');
    return true;
}

enum { STRANGE = 8 };

static json_t *strange(size_t i)
{
    switch (i) {
    case 0:
        return json_null();
    case 1:
        return json_string("x");
    case 2:
        return json_integer(-1);
    case 3:
        return json_integer(INT64_MAX);
    case 4:
        return json_real(1e300);
    case 5:
        return json_array();
    case 6:
        return json_integer(2);
    default:
        return json_object();
    }
}

static void damage(json_t *document, json_t *part, bool of_state);

static void damage_member(json_t *document, json_t *part, const char *key, bool of_state)
{
    json_t *value = json_incref(json_object_get(part, key));
    json_object_del(part, key);
    assert_true(refused(document) || !of_state);
    for (size_t i = 0; i < STRANGE; i++) {
        json_object_set_new(part, key, strange(i));
        refused(document);
    }
    json_object_set_new(part, key, value);
    damage(document, value, of_state);
}

static void damage_list(json_t *document, json_t *list, bool of_state)
{
    size_t last = json_array_size(list) - 1;
    json_t *value = json_incref(json_array_get(list, last));
    json_array_append(list, value);
    assert_true(refused(document) || !of_state);
    json_array_remove(list, last);
    json_array_remove(list, last);
    assert_true(refused(document) || !of_state);
    json_array_append(list, value);
    for (size_t i = 0; i < STRANGE; i++) {
        json_array_set_new(list, last, strange(i));
        refused(document);
    }
    json_array_set_new(list, last, value);
    damage(document, value, of_state);
}

// Damages each part of the document in turn.
static void damage(json_t *document, json_t *part, bool of_state)
{
    if (json_is_array(part) && json_array_size(part) > 0) {
        damage_list(document, part, of_state);
    }
    if (!json_is_object(part)) {
        return;
    }
    const char *keys[64];
    size_t count = 0;
    const char *key;
    json_t *value;
    json_object_foreach(part, key, value)
    {
        keys[count++] = key;
        assert_in_range(count, 1, 63);
    }
    for (size_t i = 0; i < count; i++) {
        char *copy = mem_strdup(keys[i]);
        damage_member(document, part, copy, of_state || strcmp(copy, "state") == 0);
        free(copy);
    }
}

static void each(void (*check)(const estimator_t *estimator, task_t task))
{
    make_table();
    for (const estimator_t *const *at = ESTIMATORS; *at; at++) {
        for (task_t task = TASK_CLASSIFY; task <= TASK_OUTLIER; task <<= 1) {
            if ((*at)->tasks & task) {
                check(*at, task);
            }
        }
    }
}

static void check_damage(const estimator_t *estimator, task_t task)
{
    model_t *model = NULL;
    assert_int_equal(fit(estimator, task, NULL, &model), ERR_OK);
    json_t *document = model_to_json(model);
    assert_non_null(document);
    assert_false(refused(document));
    damage(document, document, false);
    assert_false(refused(document));
    json_decref(document);
    model_destroy(&model);
}

static void damaged_documents_are_refused_or_harmless(void **state)
{
    (void)state;
    each(check_damage);
}

// Says no at the call that is left over.
static bool stop(void *context, double fraction, const char *stage)
{
    int *left = context;
    assert_true(fraction >= 0 && fraction <= 1);
    assert_non_null(stage);
    return (*left)-- > 0;
}

static void check_cancel(const estimator_t *estimator, task_t task)
{
    for (int calls = 0;; calls++) {
        int left = calls;
        progress_t progress = {.report = stop, .context = &left};
        model_t *model = NULL;
        err_t err = fit(estimator, task, &progress, &model);
        model_destroy(&model);
        if (left >= 0) {
            assert_int_equal(err, ERR_OK);
            assert_true(calls > 0); // it asked at least once
            return;
        }
        assert_int_equal(err, ERR_CANCELLED);
    }
}

static void a_fit_ends_when_nobody_wants_it(void **state)
{
    (void)state;
    each(check_cancel);
}

static void check_words(const estimator_t *estimator, task_t task)
{
    (void)task;
    assert_non_null(estimator->title);
    assert_non_null(estimator->help);
    assert_ptr_equal(estimator_find(estimator->name), estimator);
    assert_true(!estimator->instead || estimator_find(estimator->instead));
    json_t *params = params_to_json(estimator->params);
    assert_true(json_is_array(params));
    json_decref(params);
}

static void estimators_say_what_they_are(void **state)
{
    (void)state;
    each(check_words);
    json_t *all = estimators_to_json();
    assert_true(json_array_size(all) > 0);
    json_decref(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_documents_are_refused_or_harmless),
        cmocka_unit_test(a_fit_ends_when_nobody_wants_it),
        cmocka_unit_test(estimators_say_what_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
