// SPDX-License-Identifier: MPL-2.0
// The solver beside libsvm's, on the same rows.
#include "model/svm/border.h"

#include <libsvm/svm.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/core/random.h"
#include "model/svm/decide.h"
#include "test/unit/test.h"

typedef struct {
    size_t rows;
    size_t columns;
    size_t first; // of the first class
    double *x;
    double *targets;
} table_t;

static double uniform(random_t *random)
{
    return (double)random_below(random, 1 << 20) / (1 << 20) * 2 - 1;
}

// Two classes that overlap, and a number that goes with the columns.
static table_t make(size_t rows, size_t columns, double apart)
{
    random_t random = random_new(rows * columns);
    table_t table = {rows, columns, rows * 2 / 5, mem_array(rows * columns, sizeof(double)),
                     mem_array(rows, sizeof(double))};
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++) {
            double cell = uniform(&random) + uniform(&random) + (i < table.first ? apart : 0);
            table.x[i * columns + j] = cell;
            table.targets[i] += j % 2 ? cell * cell : cell;
        }
        table.targets[i] += uniform(&random);
    }
    return table;
}

static void release(table_t *table)
{
    free(table->x);
    free(table->targets);
}

static double objective;

// libsvm tells its objective in no other way.
static void read_objective(const char *text)
{
    const char *found = strstr(text, "obj = ");
    objective = found ? strtod(found + 6, NULL) : objective;
}

static struct svm_parameter parameter_of(const settings_t *settings, double *costs)
{
    static const int types[] = {C_SVC, NU_SVC, EPSILON_SVR, ONE_CLASS};
    static const int kernels[] = {LINEAR, POLY, RBF, SIGMOID};
    static int labels[] = {1, -1};
    return (struct svm_parameter){.svm_type = types[settings->kind],
                                  .kernel_type = kernels[settings->kernel.kind],
                                  .degree = settings->kernel.degree,
                                  .gamma = settings->kernel.gamma,
                                  .coef0 = settings->kernel.coef0,
                                  .cache_size = 40,
                                  .eps = settings->tol,
                                  .C = settings->cost,
                                  .nu = settings->nu,
                                  .p = settings->epsilon,
                                  .shrinking = 1,
                                  .nr_weight = settings->kind == BORDER_COST ? 2 : 0,
                                  .weight_label = labels,
                                  .weight = costs};
}

static struct svm_node *nodes_of(const table_t *table)
{
    size_t width = table->columns + 1;
    struct svm_node *nodes = mem_array(table->rows * width, sizeof *nodes);
    for (size_t i = 0; i < table->rows; i++) {
        for (size_t j = 0; j < table->columns; j++) {
            nodes[i * width + j] = (struct svm_node){(int)j + 1, table->x[i * table->columns + j]};
        }
        nodes[i * width + table->columns].index = -1;
    }
    return nodes;
}

// libsvm's decision values, support vectors and objective.
static size_t ask_libsvm(const settings_t *settings, const table_t *table, double *costs,
                         double *ret_values)
{
    struct svm_node *nodes = nodes_of(table);
    struct svm_problem problem = {.l = (int)table->rows,
                                  .y = mem_array(table->rows, sizeof(double)),
                                  .x = mem_array(table->rows, sizeof(void *))};
    for (size_t i = 0; i < table->rows; i++) {
        problem.x[i] = nodes + i * (table->columns + 1);
        problem.y[i] = settings->kind == BORDER_CURVE ? table->targets[i]
                       : i < table->first             ? 1
                                                      : -1;
    }
    struct svm_parameter parameter = parameter_of(settings, costs);
    svm_set_print_string_function(read_objective);
    struct svm_model *model = svm_train(&problem, &parameter);
    size_t count = (size_t)model->l;
    for (size_t i = 0; i < table->rows; i++) {
        svm_predict_values(model, problem.x[i], &ret_values[i]);
    }
    model->param.weight_label = NULL;
    model->param.weight = NULL;
    svm_free_and_destroy_model(&model);
    free(problem.x);
    free(problem.y);
    free(nodes);
    return count;
}

static void say(const settings_t *settings, const table_t *table, const border_t *border,
                const border_rows_t *rows, double *ret_values)
{
    machine_t *machine = machine_new(table->columns, 2);
    machine->kernel = settings->kernel;
    border_take(border, rows, machine);
    for (size_t i = 0; i < table->rows; i++) {
        decide(machine, table->x + i * table->columns, 1, &ret_values[i]);
    }
    machine_destroy(&machine);
}

static size_t support_of(const border_t *border, size_t rows)
{
    size_t count = 0;
    for (size_t i = 0; i < rows; i++) {
        count += border->coefficients[i] != 0;
    }
    return count;
}

// Holds one fit against libsvm's: decision values to what the tolerance leaves open.
static void compare(const settings_t *settings, const table_t *table, double *costs)
{
    matrix_t matrix = {table->x, table->rows, table->columns};
    uint32_t *all = mem_array(table->rows, sizeof *all);
    double *theirs = mem_array(table->rows, sizeof *theirs);
    double *ours = mem_array(table->rows, sizeof *ours);
    for (size_t i = 0; i < table->rows; i++) {
        all[i] = (uint32_t)i;
    }
    border_rows_t rows = {.matrix = &matrix,
                          .rows = all,
                          .count = table->rows,
                          .first = table->first,
                          .costs = {costs[0], costs[1]},
                          .targets = table->targets,
                          .cache_bytes = table->rows * 200, // some columns are forgotten
                          .threads = 2};
    border_t border;
    assert_int_equal(border_find(settings, &rows, &border, NULL), ERR_OK);
    size_t count = ask_libsvm(settings, table, costs, theirs);
    say(settings, table, &border, &rows, ours);
    assert_true(border.converged);
    assert_true(fabs(border.objective - objective) <= 1e-6 + 2e-5 * fabs(objective));
    assert_true(fabs((double)support_of(&border, table->rows) / (double)count - 1) < 0.03);
    for (size_t i = 0; i < table->rows; i++) {
        assert_true(fabs(ours[i] - theirs[i]) < 1e-3 * fmax(1, fabs(theirs[i])));
    }
    border_release(&border);
    free(ours);
    free(theirs);
    free(all);
}

static const kernel_t KERNELS[] = {{.kind = KERNEL_RBF, .gamma = 0.3},
                                   {.kind = KERNEL_LINEAR},
                                   {.kind = KERNEL_POLY, .degree = 3, .gamma = 0.2, .coef0 = 1},
                                   {.kind = KERNEL_SIGMOID, .gamma = 0.02, .coef0 = 0.1}};
enum { KERNELS_COUNT = sizeof KERNELS / sizeof *KERNELS };

static settings_t settings_for(border_kind_t kind, const kernel_t *kernel)
{
    // an objective near 0 and values that are floats: no less is to be had
    double tol = kind == BORDER_AROUND ? 1e-4 : 1e-6;
    return (settings_t){
        .kind = kind, .kernel = *kernel, .cost = 1, .nu = 0.6, .epsilon = 0.2, .tol = tol};
}

static void every_kind_and_kernel_as_libsvm(void **state)
{
    (void)state;
    static const border_kind_t kinds[] = {BORDER_COST, BORDER_SHARE, BORDER_CURVE, BORDER_AROUND};
    double costs[] = {1, 1};
    table_t table = make(150, 4, 0.8);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        for (size_t j = 0; j < KERNELS_COUNT; j++) {
            settings_t settings = settings_for(kinds[i], &KERNELS[j]);
            compare(&settings, &table, costs);
        }
    }
    release(&table);
}

static void classes_cost_what_they_are_said_to(void **state)
{
    (void)state;
    double costs[] = {5, 0.5};
    table_t table = make(200, 3, 0.4);
    settings_t settings = settings_for(BORDER_COST, KERNELS);
    compare(&settings, &table, costs);
    release(&table);
}

// Thousands of steps: rows are left out, and looked at again before the end.
static void many_steps_as_libsvm(void **state)
{
    (void)state;
    static const border_kind_t kinds[] = {BORDER_COST, BORDER_SHARE, BORDER_CURVE};
    double costs[] = {1, 1};
    table_t table = make(1200, 6, 0.4);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        settings_t settings = settings_for(kinds[i], KERNELS);
        settings.cost = 30;
        compare(&settings, &table, costs);
    }
    release(&table);
}

static void overflow_leaves_no_border(void **state)
{
    (void)state;
    table_t table = make(40, 3, 0.5);
    for (size_t i = 0; i < table.rows * table.columns; i++) {
        table.x[i] *= 1e30;
    }
    uint32_t all[40];
    for (uint32_t i = 0; i < 40; i++) {
        all[i] = i;
    }
    matrix_t matrix = {table.x, table.rows, table.columns};
    settings_t settings = settings_for(BORDER_COST, &KERNELS[2]);
    border_rows_t rows = {.matrix = &matrix,
                          .rows = all,
                          .count = 40,
                          .first = 16,
                          .costs = {1, 1},
                          .cache_bytes = 1 << 20,
                          .threads = 1};
    border_t border;
    assert_int_equal(border_find(&settings, &rows, &border, NULL), ERR_OK);
    assert_false(isfinite(border.intercept));
    border_release(&border);
    release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_and_kernel_as_libsvm),
        cmocka_unit_test(classes_cost_what_they_are_said_to),
        cmocka_unit_test(many_steps_as_libsvm),
        cmocka_unit_test(overflow_leaves_no_border),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
