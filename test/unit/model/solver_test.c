// SPDX-License-Identifier: MPL-2.0
#include "model/svm/solver.h"

#include <math.h>

#include "test/unit/test.h"

enum { ROWS = 64 };

static double x[ROWS];
static double linear[ROWS];
static double low[ROWS];
static double high[ROWS];
static double values[ROWS];
static gram_t gram;

// Rows in turn of two classes that nothing tells apart: many steps.
static solver_t make(void)
{
    matrix_t matrix = {x, ROWS, 1};
    uint32_t rows[ROWS];
    kernel_t kernel = {.kind = KERNEL_RBF, .gamma = 1};
    for (uint32_t i = 0; i < ROWS; i++) {
        rows[i] = i;
        x[i] = (double)i / 8;
        linear[i] = i % 2 ? -1 : 1;
        low[i] = i % 2 ? -100 : 0;
        high[i] = i % 2 ? 0 : 100;
        values[i] = 0;
    }
    assert_int_equal(gram_new(&kernel, &matrix, rows, ROWS, &gram, NULL), ERR_OK);
    return (solver_t){.gram = &gram,
                      .linear = linear,
                      .low = low,
                      .high = high,
                      .sides_count = 1,
                      .tol = 1e-3,
                      .cache_bytes = 1 << 16,
                      .threads = 1};
}

static void solution_keeps_bounds_and_sum(void **state)
{
    (void)state;
    solver_t solver = make();
    solution_t solution;
    assert_int_equal(solver_run(&solver, values, &solution, NULL), ERR_OK);
    double sum = 0;
    for (size_t i = 0; i < ROWS; i++) {
        assert_true(values[i] >= low[i] && values[i] <= high[i]);
        sum += values[i];
    }
    assert_true(fabs(sum) < 1e-9);
    assert_true(solution.converged && solution.steps > ROWS && solution.objective < 0);
    gram_release(&gram);
}

static void steps_run_out(void **state)
{
    (void)state;
    solver_t solver = make();
    solution_t solution;
    solver.steps_max = 10;
    assert_int_equal(solver_run(&solver, values, &solution, NULL), ERR_OK);
    assert_false(solution.converged);
    assert_int_equal(solution.steps, 10);
    assert_true(isfinite(solution.borders[0]));
    gram_release(&gram);
}

static bool refuse_later(void *context, double fraction, const char *stage)
{
    (void)stage;
    double *last = context;
    assert_true(fraction >= *last);
    *last = fraction;
    return fraction == 0;
}

static void nobody_wants_it_any_more(void **state)
{
    (void)state;
    double last = 0;
    progress_t progress = {.report = refuse_later, .context = &last};
    solver_t solver = make();
    solution_t solution;
    fault_t fault = {0};
    solver.progress = &progress;
    for (size_t i = 0; i < ROWS; i++) { // thousands of steps
        low[i] *= 1000;
        high[i] *= 1000;
    }
    assert_int_equal(solver_run(&solver, values, &solution, &fault), ERR_CANCELLED);
    assert_true(last > 0 && last < 1);
    gram_release(&gram);
}

static void values_are_the_same_for_both_rows(void **state)
{
    (void)state;
    make();
    float columns[2][ROWS];
    gram_column(&gram, 5, 0, ROWS, columns[0]);
    gram_column(&gram, 37, 0, ROWS, columns[1]);
    assert_true(columns[0][37] == columns[1][5]);
    assert_true(columns[0][5] == 1);
    assert_true(fabs((double)columns[0][37] - exp(-16)) < 1e-7 * exp(-16));
    gram_release(&gram);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solution_keeps_bounds_and_sum),
        cmocka_unit_test(steps_run_out),
        cmocka_unit_test(nobody_wants_it_any_more),
        cmocka_unit_test(values_are_the_same_for_both_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
