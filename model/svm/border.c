// SPDX-License-Identifier: MPL-2.0
#include "model/svm/border.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/svm/solver.h"

// The arrays of the solver's problem.
typedef struct {
    size_t count;
    double *linear;
    double *low;
    double *high;
    uint8_t *sides;
} program_t;

static double weight_of(const border_rows_t *rows, size_t i)
{
    return rows->weights ? rows->weights[rows->rows[i]] : 1;
}

static bool is_first(const border_rows_t *rows, size_t i)
{
    return i < rows->first;
}

// A class's values are on its side of 0: alpha of the first class, -alpha of the second.
static void bound(program_t *program, const border_rows_t *rows, size_t i, double limit)
{
    program->low[i] = is_first(rows, i) ? 0 : -limit;
    program->high[i] = is_first(rows, i) ? limit : 0;
}

static void set_cost(program_t *program, const settings_t *settings, const border_rows_t *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        double cost = settings->cost * rows->costs[is_first(rows, i) ? 0 : 1];
        bound(program, rows, i, cost * weight_of(rows, i));
        program->linear[i] = is_first(rows, i) ? 1 : -1;
    }
}

// Fills rows from the first one on, each to its bound, until the sum is reached.
static void fill(const border_rows_t *rows, size_t begin, size_t end, double sum, double sign,
                 double *values)
{
    for (size_t i = begin; i < end; i++) {
        double value = fmin(weight_of(rows, i), sum);
        values[i] = sign * value;
        sum -= value;
    }
}

static double sum_weights(const border_rows_t *rows)
{
    double sum = 0;
    for (size_t i = 0; i < rows->count; i++) {
        sum += weight_of(rows, i);
    }
    return sum;
}

static void set_share(program_t *program, const settings_t *settings, const border_rows_t *rows,
                      double *values)
{
    double sum = settings->nu * sum_weights(rows) / 2;
    fill(rows, 0, rows->first, sum, 1, values);
    fill(rows, rows->first, rows->count, sum, -1, values);
    for (size_t i = 0; i < rows->count; i++) {
        bound(program, rows, i, weight_of(rows, i));
        program->sides[i] = is_first(rows, i) ? 0 : 1;
    }
}

static void set_curve(program_t *program, const settings_t *settings, const border_rows_t *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        program->high[i] = settings->cost * weight_of(rows, i);
        program->low[i] = -program->high[i];
        program->linear[i] = rows->targets[rows->rows[i]];
    }
}

static void set_around(program_t *program, const settings_t *settings, const border_rows_t *rows,
                       double *values)
{
    fill(rows, 0, rows->count, settings->nu * sum_weights(rows), 1, values);
    for (size_t i = 0; i < rows->count; i++) {
        program->high[i] = weight_of(rows, i);
    }
}

static program_t program_of(const settings_t *settings, const border_rows_t *rows, double *values)
{
    size_t count = rows->count;
    program_t program = {.count = count,
                         .linear = mem_array(count, sizeof(double)),
                         .low = mem_array(count, sizeof(double)),
                         .high = mem_array(count, sizeof(double)),
                         .sides = mem_array(count, sizeof(uint8_t))};
    switch (settings->kind) {
    case BORDER_COST:
        set_cost(&program, settings, rows);
        break;
    case BORDER_SHARE:
        set_share(&program, settings, rows, values);
        break;
    case BORDER_CURVE:
        set_curve(&program, settings, rows);
        break;
    case BORDER_AROUND:
        set_around(&program, settings, rows, values);
        break;
    }
    return program;
}

static void release(program_t *program)
{
    free(program->linear);
    free(program->low);
    free(program->high);
    free(program->sides);
}

// A side's border is where the sum alone would stand; the two of SHARE have the intercept in their
// middle, and what is between them becomes 2.
static void take(const solution_t *solution, bool share, size_t count, border_t *border)
{
    border->objective = solution->objective;
    border->steps = solution->steps;
    border->converged = solution->converged;
    border->intercept = solution->borders[0];
    if (share) {
        double half = (solution->borders[1] - solution->borders[0]) / 2;
        border->intercept = (solution->borders[0] + solution->borders[1]) / 2 / half;
        border->objective /= half * half;
        for (size_t i = 0; i < count; i++) {
            border->coefficients[i] /= half;
        }
    }
    if (!isfinite(border->objective)) { // the kernel's values overflow
        border->intercept = NAN;
    }
}

err_t border_find(const settings_t *settings, const border_rows_t *rows, border_t *ret_border,
                  fault_t *fault)
{
    gram_t gram;
    solution_t solution;
    err_t err = gram_new(&settings->kernel, rows->matrix, rows->rows, rows->count, &gram, fault);
    if (err != ERR_OK) {
        return err;
    }
    border_t border = {.coefficients = mem_array(rows->count, sizeof(double))};
    program_t program = program_of(settings, rows, border.coefficients);
    bool share = settings->kind == BORDER_SHARE;
    solver_t solver = {.gram = &gram,
                       .linear = program.linear,
                       .low = program.low,
                       .high = program.high,
                       .sides = share ? program.sides : NULL,
                       .sides_count = share ? 2 : 1,
                       .margin = settings->kind == BORDER_CURVE ? settings->epsilon : 0,
                       .tol = settings->tol,
                       .cache_bytes = rows->cache_bytes,
                       .threads = rows->threads,
                       .progress = rows->progress};
    err = solver_run(&solver, border.coefficients, &solution, fault);
    release(&program);
    gram_release(&gram);
    if (err != ERR_OK) {
        border_release(&border);
        return err;
    }
    take(&solution, share, rows->count, &border);
    *ret_border = border;
    return ERR_OK;
}

void border_release(border_t *border)
{
    free(border->coefficients);
    *border = (border_t){0};
}

void border_take(const border_t *border, const border_rows_t *rows, machine_t *machine)
{
    size_t columns = machine->columns;
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        count += border->coefficients[i] != 0;
    }
    machine_reserve(machine, count);
    machine->counts[0] = (int32_t)count;
    machine->intercepts[0] = border->intercept;
    machine->converged = border->converged;
    size_t vector = 0;
    for (size_t i = 0; i < rows->count; i++) {
        if (border->coefficients[i] != 0) {
            machine->support[vector] = (int32_t)rows->rows[i];
            machine->coefficients[vector] = border->coefficients[i];
            memcpy(machine->vectors + vector * columns, rows->matrix->x + rows->rows[i] * columns,
                   columns * sizeof(double));
            vector++;
        }
    }
    machine_finish(machine);
}
