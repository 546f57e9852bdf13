// SPDX-License-Identifier: MPL-2.0
#include <string.h>

#include "model/catalogue.h"
#include "model/core/random.h"
#include "test/unit/test.h"

enum { ROWS = 4000, COLUMNS = 3 };

static double x[ROWS * COLUMNS];
static int32_t classes[ROWS];

static int make_rows(void **state)
{
    (void)state;
    random_t random = random_new(1);
    for (size_t i = 0; i < sizeof x / sizeof x[0]; i++) {
        x[i] = (double)random_below(&random, 1000000);
    }
    for (size_t i = 0; i < ROWS; i++) {
        classes[i] = (int32_t)random_below(&random, 3);
    }
    return 0;
}

static err_t fit(const char *name, const char *params, size_t rows, size_t threads,
                 const progress_t *progress, model_t **ret_model)
{
    const estimator_t *estimator = estimator_find(name);
    lesson_t lesson = {.matrix = {x, rows, COLUMNS},
                       .task = TASK_CLASSIFY,
                       .classes = classes,
                       .classes_count = 3};
    json_t *given = json_loads(params, 0, NULL);
    json_t *read = NULL;
    assert_int_equal(params_read(estimator->params, given, &read, NULL), ERR_OK);
    fit_t how = {.params = read, .seed = 1, .threads = threads, .progress = progress};
    err_t err = model_fit(estimator, &lesson, &how, ret_model, NULL);
    json_decref(read);
    json_decref(given);
    return err;
}

typedef struct {
    size_t calls;
    size_t allowed;
    double last;
} listener_t;

static bool listen(void *context, double fraction, const char *stage)
{
    listener_t *listener = context;
    (void)stage;
    assert_true(fraction >= listener->last && fraction <= 1);
    listener->last = fraction;
    return listener->calls++ < listener->allowed;
}

static const struct {
    const char *name;
    const char *params;
} FITS[] = {{"decision_tree", "{}"},
            {"decision_tree", "{\"max_leaf_nodes\": 200}"},
            {"decision_tree", "{\"max_features\": 1}"},
            {"random_forest", "{\"n_estimators\": 20}"}};

static void training_tells_how_far_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof FITS / sizeof FITS[0]; i++) {
        listener_t listener = {.allowed = SIZE_MAX};
        progress_t progress = {.report = listen, .context = &listener};
        model_t *model = NULL;
        assert_int_equal(fit(FITS[i].name, FITS[i].params, ROWS, 3, &progress, &model), ERR_OK);
        assert_true(listener.calls >= 10);
        assert_true(listener.last > 0.9);
        model_destroy(&model);
    }
}

static void a_cancelled_training_ends_soon(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof FITS / sizeof FITS[0]; i++) {
        for (size_t allowed = 0; allowed < 3; allowed++) {
            listener_t listener = {.allowed = allowed};
            progress_t progress = {.report = listen, .context = &listener};
            model_t *model = NULL;
            err_t err = fit(FITS[i].name, FITS[i].params, ROWS, 2, &progress, &model);
            assert_int_equal(err, ERR_CANCELLED);
            assert_int_equal(listener.calls, allowed + 1);
            assert_null(model);
        }
    }
}

// The document of a tree or forest with the state that is given.
static err_t read(const char *name, const char *state)
{
    json_error_t error;
    json_t *params = json_object();
    if (strcmp(name, "random_forest") == 0) {
        json_object_set_new(params, "n_estimators", json_integer(2));
    }
    json_t *json = json_pack_ex(&error, 0, "{s:s, s:s, s:i, s:i, s:i, s:o, s:o}", "estimator", name,
                                "task", "classify", "columns", 2, "classes", 2, "seed", 0, "params",
                                params, "state", json_loads(state, 0, NULL));
    model_t *model = NULL;
    assert_non_null(json);
    err_t err = model_from_json(json, ESTIMATORS, &model, NULL);
    model_destroy(&model);
    json_decref(json);
    return err;
}

#define TREE(features, thresholds, impurities, rows, weights, values)                              \
    "{\"features\": " features ", \"thresholds\": " thresholds ", \"impurities\": " impurities     \
    ", \"rows\": " rows ", \"weights\": " weights ", \"values\": " values "}"
#define LEAF TREE("[2]", "[]", "[0.5]", "[7]", "[7]", "[0.5, 0.5]")

static void a_document_is_read(void **state)
{
    (void)state;
    assert_int_equal(read("decision_tree", LEAF), ERR_OK);
    assert_int_equal(read("decision_tree", TREE("[1,0,2,2,2]", "[1,2.5]", "[1,1,0,0,0]", "[1,1,1]",
                                                "[1,1,1]", "[1,0,0,1,1,0]")),
                     ERR_OK);
    assert_int_equal(
        read("random_forest", "{\"trees\": [" LEAF "," LEAF "], \"out_of_bag\": null}"), ERR_OK);
}

static void a_damaged_document_is_refused(void **state)
{
    (void)state;
    static const char *const trees[] = {
        "null",
        "[]",
        "{}",
        TREE("[]", "[]", "[]", "[]", "[]", "[]"),
        TREE("[3]", "[]", "[0]", "[7]", "[7]", "[1,0]"),     // no such feature
        TREE("[-1]", "[]", "[0]", "[7]", "[7]", "[1,0]"),    // the same
        TREE("[0]", "[]", "[0]", "[7]", "[7]", "[1,0]"),     // nothing behind a split
        TREE("[2]", "[1]", "[0]", "[7]", "[7]", "[1,0]"),    // a threshold too many
        TREE("[2]", "[]", "[0]", "[-7]", "[7]", "[1,0]"),    // rows below 0
        TREE("[2]", "[]", "[0]", "[7]", "[\"7\"]", "[1,0]"), // no number
        TREE("[2]", "[]", "[0]", "[7]", "[0]", "[1,0]"),     // no weight
        TREE("[2]", "[]", "[0]", "[7]", "[7]", "[1]"),       // a value too few
        TREE("[2]", "[]", "[0]", "[7]", "[7]", "[1,0,0]"),   // a value too many
        TREE("[0,2]", "[1]", "[0,0]", "[7]", "[7]", "[1,0]"),
        TREE("[2,2,2]", "[1]", "[0,0,0]", "[1,1]", "[1,1]", "[1,0,1,0]"), // leaves alone
        TREE("[2,0,2]", "[1]", "[0,0,0]", "[1,1]", "[1,1]", "[1,0,1,0]"), // a leaf, then a tree
        TREE("[0,0,2]", "[1]", "[0,0,0]", "[1,1]", "[1,1]", "[1,0,1,0]"), // two splits, one leaf
        TREE("[0,0,0]", "[1]", "[0,0,0]", "[1,1]", "[1,1]", "[1,0,1,0]"), // splits alone
    };
    for (size_t i = 0; i < sizeof trees / sizeof trees[0]; i++) {
        char forest[512];
        snprintf(forest, sizeof forest, "{\"trees\": [%s, %s], \"out_of_bag\": null}", LEAF,
                 trees[i]);
        assert_int_equal(read("random_forest", forest), ERR_CORRUPT);
        if (i > 0) {
            assert_int_equal(read("decision_tree", trees[i]), ERR_CORRUPT);
        }
    }
    assert_int_equal(read("random_forest", "{\"trees\": []}"), ERR_CORRUPT);
    assert_int_equal(read("random_forest", "{}"), ERR_CORRUPT);
}

static void a_tree_has_no_more_leaves_than_it_may(void **state)
{
    (void)state;
    model_t *model = NULL;
    assert_int_equal(fit("decision_tree", "{\"max_leaf_nodes\": 77}", ROWS, 1, NULL, &model),
                     ERR_OK);
    json_t *json = model_to_json(model);
    const json_t *tree = json_object_get(json, "state");
    assert_int_equal(json_array_size(json_object_get(tree, "rows")), 77);
    assert_int_equal(json_array_size(json_object_get(tree, "features")), 2 * 77 - 1);
    json_decref(json);
    model_destroy(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training_tells_how_far_it_is),
        cmocka_unit_test(a_cancelled_training_ends_soon),
        cmocka_unit_test(a_document_is_read),
        cmocka_unit_test(a_damaged_document_is_refused),
        cmocka_unit_test(a_tree_has_no_more_leaves_than_it_may),
    };
    return cmocka_run_group_tests(tests, make_rows, NULL);
}
