// SPDX-License-Identifier: MPL-2.0
// The parts of an insight that know no table: rows that are drawn, importances, the order of
// boards.
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "learn/draw.h"
#include "learn/importance.h"
#include "test/unit/engine/temp.h"

enum { ROWS = 300 };

// y = 3 a, b is noise: two features, `a` of two inputs.
typedef struct {
    double x[ROWS * 3];
    double y[ROWS];
    size_t columns[2];
    node_t nodes[3];
    flow_t flow;
    feature_input_t inputs[3];
    request_t request;
    features_t features;
    portion_t portion;
    model_t *model;
} line_t;

static line_t *line_new(void)
{
    line_t *line = calloc(1, sizeof *line);
    assert_non_null(line);
    for (int i = 0; i < ROWS; i++) {
        line->x[3 * i] = i;
        line->x[3 * i + 1] = i * 37 % 101;
        line->x[3 * i + 2] = 2 * i;
        line->y[i] = 3 * i;
    }
    line->columns[0] = 7;
    line->columns[1] = 4;
    for (size_t i = 0; i < 3; i++) {
        line->nodes[i] = (node_t){.kind = NODE_SOURCE, .from = i == 1 ? 4 : 7};
        line->inputs[i].node = i;
    }
    line->flow = (flow_t){.nodes = line->nodes, .nodes_count = 3};
    line->request = (request_t){.features = line->columns, .features_count = 2};
    line->features = (features_t){
        .flow = &line->flow, .request = &line->request, .inputs = line->inputs, .count = 3};
    line->portion = (portion_t){.matrix = {line->x, ROWS, 3}, .targets = line->y};
    const estimator_t *estimator = estimator_find("ridge");
    json_t *params = NULL;
    assert_int_equal(params_read(estimator->params, NULL, &params, NULL), ERR_OK);
    lesson_t lesson = {.matrix = line->portion.matrix, .task = TASK_REGRESS, .targets = line->y};
    fit_t fit = {.params = params, .threads = 1};
    assert_int_equal(model_fit(estimator, &lesson, &fit, &line->model, NULL), ERR_OK);
    json_decref(params);
    return line;
}

static void line_destroy(line_t *line)
{
    model_destroy(&line->model);
    free(line);
}

static importance_t measure(const line_t *line, const char *score, int64_t deadline_ms)
{
    importance_t importance = {0};
    assert_int_equal(importance_measure(&line->features, line->model, &line->portion, NULL, score,
                                        42, deadline_ms, NULL, &importance, NULL),
                     ERR_OK);
    return importance;
}

static void what_counts_is_told_in_the_score(void **state)
{
    (void)state;
    line_t *line = line_new();
    importance_t gain = measure(line, "r2", INT64_MAX);
    assert_int_equal(gain.repeats, IMPORTANCE_REPEATS);
    assert_true(gain.base > 0.999 && gain.means[0] > 1 && fabs(gain.means[1]) < 0.01);
    assert_true(gain.sds[0] > 0);
    importance_t loss = measure(line, "rmse", INT64_MAX);
    assert_true(loss.means[0] > 100 && fabs(loss.means[1]) < 5); // what is lost is above 0 here too
    importance_release(&gain);
    importance_release(&loss);
    line_destroy(line);
}

static void the_rows_are_as_they_were(void **state)
{
    (void)state;
    line_t *line = line_new();
    double before[ROWS * 3];
    memcpy(before, line->x, sizeof before);
    importance_t importance = measure(line, "mae", INT64_MAX);
    assert_memory_equal(before, line->x, sizeof before);
    importance_release(&importance);
    line_destroy(line);
}

static void a_deadline_ends_the_shuffles(void **state)
{
    (void)state;
    line_t *line = line_new();
    importance_t importance = measure(line, "r2", 0);
    assert_int_equal(importance.repeats, 0);
    assert_true(importance.base > 0.999);
    assert_true(isnan(importance.means[0]));
    importance_release(&importance);
    line_destroy(line);
}

static void a_slow_model_is_asked_fewer_rows(void **state)
{
    (void)state;
    line_t *line = line_new();
    assert_int_equal(draw_affordable(&line->portion, line->model, 1, 1e-12, 50, 2000), 50);
    assert_int_equal(draw_affordable(&line->portion, line->model, 1, 1e6, 50, 2000), 2000);
    line_destroy(line);
}

static void rows_are_drawn_by_the_seed(void **state)
{
    (void)state;
    line_t *line = line_new();
    size_t count;
    size_t *first = draw_rows(&line->portion, 20, 1, &count);
    assert_int_equal(count, 20);
    size_t *again = draw_rows(&line->portion, 20, 1, &count);
    assert_memory_equal(first, again, 20 * sizeof *first);
    for (size_t i = 1; i < count; i++) {
        assert_true(first[i] > first[i - 1]);
    }
    portion_t drawn = {.matrix = line->portion.matrix};
    free(again);
    again = draw_rows(&drawn, 1000, 1, &count);
    assert_int_equal(count, ROWS);
    assert_int_equal(again[ROWS - 1], ROWS - 1);
    free(first);
    free(again);
    line_destroy(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_counts_is_told_in_the_score),
        cmocka_unit_test(the_rows_are_as_they_were),
        cmocka_unit_test(a_deadline_ends_the_shuffles),
        cmocka_unit_test(a_slow_model_is_asked_fewer_rows),
        cmocka_unit_test(rows_are_drawn_by_the_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
