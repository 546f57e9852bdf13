// SPDX-License-Identifier: MPL-2.0
// Models in the formats of the libraries that trained them, read by those libraries.
#include <libsvm/svm.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>
#include <xgboost/c_api.h>

#include "model/catalogue.h"
#include "model/svm/decide.h"
#include "test/unit/test.h"

enum { ROWS = 30, COLUMNS = 3, CLASSES = 3, PAIRS = 3 };

static double cells[ROWS * COLUMNS];
static int32_t classes[ROWS];
static double targets[ROWS];

static int make_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        classes[i] = (int32_t)(i % CLASSES);
        targets[i] = (double)(i * i % 17);
        for (size_t j = 0; j < COLUMNS; j++) {
            cells[i * COLUMNS + j] = (double)((i * 7 + j * 5 + i * j) % 11) / 4 + classes[i];
        }
    }
    return 0;
}

static model_t *fit(const char *name, task_t task, const char *params)
{
    const estimator_t *estimator = estimator_find(name);
    lesson_t lesson = {.matrix = {cells, ROWS, COLUMNS}, .task = task};
    lesson.classes = task == TASK_CLASSIFY ? classes : NULL;
    lesson.classes_count = task == TASK_CLASSIFY ? CLASSES : 0;
    lesson.targets = task == TASK_REGRESS ? targets : NULL;
    json_t *given = json_loads(params, 0, NULL);
    json_t *read = NULL;
    model_t *model = NULL;
    assert_int_equal(params_read(estimator->params, given, &read, NULL), ERR_OK);
    fit_t how = {.params = read, .threads = 1};
    assert_int_equal(model_fit(estimator, &lesson, &how, &model, NULL), ERR_OK);
    json_decref(given);
    json_decref(read);
    return model;
}

static struct svm_model *load(const model_t *model)
{
    char path[] = "/tmp/autodp-test-XXXXXX";
    buf_t out = {0};
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_string_equal(model->estimator->native, "svm");
    model->estimator->native_write(model, &out);
    assert_int_equal(write(fd, out.data, out.size), (ssize_t)out.size);
    close(fd);
    struct svm_model *loaded = svm_load_model(path);
    assert_non_null(loaded);
    unlink(path);
    buf_release(&out);
    return loaded;
}

static void row_nodes(size_t row, struct svm_node *ret)
{
    for (size_t j = 0; j < COLUMNS; j++) {
        ret[j] = (struct svm_node){(int)j + 1, cells[row * COLUMNS + j]};
    }
    ret[COLUMNS].index = -1;
}

static void assert_near(double a, double b)
{
    assert_true(fabs(a - b) <= 1e-12 * fmax(1, fabs(b)));
}

// libsvm decides and answers as the model does.
static void check(const char *name, task_t task, const char *params)
{
    model_t *model = fit(name, task, params);
    struct svm_model *loaded = load(model);
    double ours[PAIRS];
    double theirs[PAIRS];
    size_t values = task == TASK_CLASSIFY ? PAIRS : 1;
    for (size_t i = 0; i < ROWS; i++) {
        struct svm_node nodes[COLUMNS + 1];
        matrix_t row = {cells + i * COLUMNS, 1, COLUMNS};
        double answer;
        row_nodes(i, nodes);
        double said = svm_predict_values(loaded, nodes, theirs);
        model->estimator->predict(model, &row, &answer);
        assert_near(said, answer);
        decide(model->state, row.x, 1, ours);
        for (size_t v = 0; v < values; v++) {
            assert_near(theirs[v], ours[v]);
        }
    }
    svm_free_and_destroy_model(&loaded);
    model_destroy(&model);
}

static void libsvm_reads_every_machine_and_kernel(void **state)
{
    (void)state;
    check("svc", TASK_CLASSIFY, "{}");
    check("svc", TASK_CLASSIFY, "{\"kernel\": \"linear\"}");
    check("svc", TASK_CLASSIFY, "{\"kernel\": \"poly\", \"coef0\": 1.5, \"degree\": 2}");
    check("svc", TASK_CLASSIFY, "{\"kernel\": \"sigmoid\", \"coef0\": -0.5, \"gamma\": 0.01}");
    check("nu_svc", TASK_CLASSIFY, "{\"nu\": 0.3}");
    check("svr", TASK_REGRESS, "{\"epsilon\": 0.5}");
    check("one_class_svm", TASK_OUTLIER, "{}");
}

static void libsvm_has_the_probabilities(void **state)
{
    (void)state;
    model_t *model = fit("svc", TASK_CLASSIFY, "{\"probability\": true}");
    struct svm_model *loaded = load(model);
    assert_int_equal(svm_check_probability_model(loaded), 1);
    for (size_t i = 0; i < ROWS; i++) {
        struct svm_node nodes[COLUMNS + 1];
        matrix_t row = {cells + i * COLUMNS, 1, COLUMNS};
        double ours[CLASSES];
        double theirs[CLASSES];
        row_nodes(i, nodes);
        svm_predict_probability(loaded, nodes, theirs);
        model->estimator->probabilities(model, &row, ours);
        for (size_t k = 0; k < CLASSES; k++) {
            assert_near(theirs[k], ours[k]);
        }
    }
    svm_free_and_destroy_model(&loaded);
    model_destroy(&model);
}

static void xgboost_reads_its_trees(void **state)
{
    (void)state;
    model_t *model = fit("gradient_boosting", TASK_REGRESS, "{\"n_estimators\": 5}");
    buf_t out = {0};
    BoosterHandle booster;
    assert_string_equal(model->estimator->native, "ubj");
    model->estimator->native_write(model, &out);
    assert_int_equal(XGBoosterCreate(NULL, 0, &booster), 0);
    assert_int_equal(XGBoosterLoadModelFromBuffer(booster, out.data, out.size), 0);
    int rounds = 0;
    assert_int_equal(XGBoosterBoostedRounds(booster, &rounds), 0);
    assert_int_equal(rounds, 5);
    XGBoosterFree(booster);
    buf_release(&out);
    model_destroy(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libsvm_reads_every_machine_and_kernel),
        cmocka_unit_test(libsvm_has_the_probabilities),
        cmocka_unit_test(xgboost_reads_its_trees),
    };
    return cmocka_run_group_tests(tests, make_rows, NULL);
}
