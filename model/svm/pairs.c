// SPDX-License-Identifier: MPL-2.0
#include "model/svm/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"

typedef struct {
    size_t low;
    size_t high;
    struct svm_model *model;
} pair_t;

// The rows of the lesson, class by class, and the pairs of classes.
typedef struct {
    machine_t *machine;
    const nodes_t *nodes;
    const struct svm_parameter *parameter;
    const double *weights;
    const fit_t *fit;
    size_t *rows;
    size_t *starts; // of each class in `rows`, and the end
    pair_t *pairs;
} pairs_t;

static void group_rows(pairs_t *pairs, const lesson_t *lesson)
{
    size_t classes = lesson->classes_count;
    pairs->rows = mem_array(lesson->matrix.rows, sizeof *pairs->rows);
    pairs->starts = mem_array(classes + 1, sizeof *pairs->starts);
    size_t place = 0;
    for (size_t i = 0; i < classes; i++) {
        for (size_t row = 0; row < lesson->matrix.rows; row++) {
            if ((size_t)lesson->classes[row] == i) {
                pairs->rows[place++] = row;
            }
        }
        pairs->starts[i + 1] = place;
    }
}

static void list_pairs(pairs_t *pairs)
{
    size_t groups = pairs->machine->groups;
    pairs->pairs = mem_array(pairs->machine->pairs, sizeof *pairs->pairs);
    pair_t *pair = pairs->pairs;
    for (size_t i = 0; i < groups; i++) {
        for (size_t j = i + 1; j < groups; j++) {
            *pair++ = (pair_t){.low = i, .high = j};
        }
    }
}

static size_t size_of(const pairs_t *pairs, size_t group)
{
    return pairs->starts[group + 1] - pairs->starts[group];
}

// Where the nth row of a pair, counted through both classes, is in `rows`.
static size_t place_of(const pairs_t *pairs, const pair_t *pair, size_t n)
{
    size_t low = size_of(pairs, pair->low);
    return n < low ? pairs->starts[pair->low] + n : pairs->starts[pair->high] + n - low;
}

// A problem whose arrays the caller frees: first the rows of the lower class, which is called 0.
static struct svm_problem problem_of(const pairs_t *pairs, const pair_t *pair)
{
    size_t low = size_of(pairs, pair->low);
    size_t count = low + size_of(pairs, pair->high);
    struct svm_problem problem = {.l = (int)count,
                                  .y = mem_array(count, sizeof(double)),
                                  .x = mem_array(count, sizeof(void *))};
    for (size_t i = 0; i < count; i++) {
        problem.y[i] = i >= low;
        problem.x[i] = pairs->nodes->rows[pairs->rows[place_of(pairs, pair, i)]];
    }
    return problem;
}

static err_t train_pair(void *context, size_t slot, size_t item, fault_t *fault)
{
    (void)slot;
    (void)fault;
    pairs_t *pairs = context;
    pair_t *pair = &pairs->pairs[item];
    int labels[] = {0, 1};
    double weights[] = {pairs->weights[pair->low], pairs->weights[pair->high]};
    struct svm_parameter parameter = *pairs->parameter;
    parameter.nr_weight = parameter.svm_type == C_SVC ? 2 : 0;
    parameter.weight_label = labels;
    parameter.weight = weights;
    struct svm_problem problem = problem_of(pairs, pair);
    pair->model = svm_train(&problem, &parameter);
    // the model keeps pointers to the two, and they end here
    pair->model->param.weight_label = NULL;
    pair->model->param.weight = NULL;
    free(problem.x);
    free(problem.y);
    return ERR_OK;
}

static err_t report(void *context, size_t slot, size_t item, fault_t *fault)
{
    (void)slot;
    pairs_t *pairs = context;
    double share = (double)(item + 1) / (double)pairs->machine->pairs;
    return progress_report(pairs->fit->progress, share, "training")
               ? ERR_OK
               : fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
}

// Numbers the rows that are a support vector of any pair; the others have SIZE_MAX.
static size_t *number_vectors(const pairs_t *pairs, size_t *ret_count)
{
    size_t rows = pairs->starts[pairs->machine->groups];
    size_t *numbers = mem_array(rows, sizeof *numbers);
    for (size_t i = 0; i < pairs->machine->pairs; i++) {
        const pair_t *pair = &pairs->pairs[i];
        for (int j = 0; j < pair->model->l; j++) {
            numbers[place_of(pairs, pair, (size_t)pair->model->sv_indices[j] - 1)] = 1;
        }
    }
    size_t count = 0;
    for (size_t i = 0; i < rows; i++) {
        numbers[i] = numbers[i] ? count++ : SIZE_MAX;
    }
    *ret_count = count;
    return numbers;
}

static void take_vectors(const pairs_t *pairs, const size_t *numbers, const lesson_t *lesson)
{
    machine_t *machine = pairs->machine;
    size_t columns = machine->columns;
    for (size_t group = 0; group < machine->groups; group++) {
        for (size_t i = pairs->starts[group]; i < pairs->starts[group + 1]; i++) {
            if (numbers[i] != SIZE_MAX) {
                machine->counts[group]++;
                machine->support[numbers[i]] = (int32_t)pairs->rows[i];
                memcpy(machine->vectors + numbers[i] * columns,
                       lesson->matrix.x + pairs->rows[i] * columns, columns * sizeof(double));
            }
        }
    }
}

static void take_pair(const pairs_t *pairs, const size_t *numbers, size_t item)
{
    machine_t *machine = pairs->machine;
    const pair_t *pair = &pairs->pairs[item];
    size_t low = size_of(pairs, pair->low);
    for (int i = 0; i < pair->model->l; i++) {
        size_t n = (size_t)pair->model->sv_indices[i] - 1;
        size_t row = n < low ? pair->high - 1 : pair->low;
        size_t number = numbers[place_of(pairs, pair, n)];
        machine->coefficients[row * machine->count + number] = pair->model->sv_coef[0][i];
    }
    machine->intercepts[item] = -pair->model->rho[0];
    if (pair->model->probA) {
        machine->prob_a[item] = pair->model->probA[0];
        machine->prob_b[item] = pair->model->probB[0];
    }
}

static void put_together(pairs_t *pairs, const lesson_t *lesson)
{
    machine_t *machine = pairs->machine;
    size_t count;
    size_t *numbers = number_vectors(pairs, &count);
    machine_reserve(machine, count);
    memcpy(machine->weights, pairs->weights, machine->groups * sizeof *machine->weights);
    if (pairs->parameter->probability) {
        machine->prob_a = mem_array(machine->pairs, sizeof *machine->prob_a);
        machine->prob_b = mem_array(machine->pairs, sizeof *machine->prob_b);
    }
    take_vectors(pairs, numbers, lesson);
    for (size_t i = 0; i < machine->pairs; i++) {
        take_pair(pairs, numbers, i);
    }
    machine_finish(machine);
    free(numbers);
}

static void release(pairs_t *pairs)
{
    for (size_t i = 0; i < pairs->machine->pairs; i++) {
        if (pairs->pairs[i].model) {
            svm_free_and_destroy_model(&pairs->pairs[i].model);
        }
    }
    free(pairs->pairs);
    free(pairs->rows);
    free(pairs->starts);
}

err_t pairs_train(machine_t *machine, const lesson_t *lesson, const nodes_t *nodes,
                  const struct svm_parameter *parameter, const double *weights, const fit_t *fit,
                  fault_t *fault)
{
    pairs_t pairs = {
        .machine = machine, .nodes = nodes, .parameter = parameter, .weights = weights, .fit = fit};
    group_rows(&pairs, lesson);
    list_pairs(&pairs);
    // the folds behind probabilities are drawn from rand(), which knows one order only
    parallel_t job = {.context = &pairs,
                      .threads = parameter->probability ? 1 : fit->threads,
                      .count = machine->pairs,
                      .work = train_pair,
                      .settle = report};
    err_t err = parallel_run(&job, fault);
    if (err == ERR_OK) {
        put_together(&pairs, lesson);
    }
    release(&pairs);
    return err;
}
