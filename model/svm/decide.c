// SPDX-License-Identifier: MPL-2.0
#include "model/svm/decide.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/wide.h"

// One number for each of DECIDE_ROWS rows and each vector of a tile.
typedef lanes_t block_t[DECIDE_ROWS];

// The numbers of DECIDE_ROWS rows, column by column.
typedef const double *rows_t;

// The loops over rows are made twice, for a full block and for one row: a person who asks about one
// row does not wait for seven others.
#define FOR_ROWS static inline __attribute__((always_inline))

// exp(-gamma |x - s|^2)
FOR_ROWS void rbf_rows(double gamma, rows_t rows, size_t count, const lanes_t *tile, size_t columns,
                       lanes_t *restrict ret)
{
    block_t sums = {0};
    for (size_t c = 0; c < columns; c++) {
        for (size_t r = 0; r < count; r++) {
            lanes_t difference = rows[c * DECIDE_ROWS + r] - tile[c];
            sums[r] += difference * difference;
        }
    }
    for (size_t r = 0; r < count; r++) {
        ret[r] = sums[r] * -gamma;
        lanes_exp(&ret[r], LANES_EXACT);
    }
}

static WIDE void compare_rbf(double gamma, rows_t rows, size_t count, const lanes_t *tile,
                             size_t columns, lanes_t *restrict ret)
{
    if (count == 1) {
        rbf_rows(gamma, rows, 1, tile, columns, ret);
    } else {
        rbf_rows(gamma, rows, DECIDE_ROWS, tile, columns, ret);
    }
}

// x s
FOR_ROWS void linear_rows(rows_t rows, size_t count, const lanes_t *tile, size_t columns,
                          lanes_t *restrict ret)
{
    block_t sums = {0};
    for (size_t c = 0; c < columns; c++) {
        for (size_t r = 0; r < count; r++) {
            sums[r] += rows[c * DECIDE_ROWS + r] * tile[c];
        }
    }
    memcpy(ret, sums, count * sizeof *sums);
}

static WIDE void compare_linear(rows_t rows, size_t count, const lanes_t *tile, size_t columns,
                                lanes_t *restrict ret)
{
    if (count == 1) {
        linear_rows(rows, 1, tile, columns, ret);
    } else {
        linear_rows(rows, DECIDE_ROWS, tile, columns, ret);
    }
}

static void compare(const kernel_t *kernel, rows_t rows, size_t count, const lanes_t *tile,
                    size_t columns, lanes_t *ret)
{
    if (kernel->kind == KERNEL_RBF) {
        compare_rbf(kernel->gamma, rows, count, tile, columns, ret);
        return;
    }
    compare_linear(rows, count, tile, columns, ret);
    for (size_t i = 0; i < count * LANES && kernel->kind != KERNEL_LINEAR; i++) {
        double *value = (double *)ret + i;
        *value = kernel_of_product(kernel, *value);
    }
}

// Adds what a tile says to the sums of a group: a block for each of its coefficients.
static WIDE void weigh(const lanes_t *coefficients, size_t count, const lanes_t *values,
                       size_t rows, block_t *restrict sums)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t r = 0; r < rows; r++) {
            sums[i][r] += coefficients[i] * values[r];
        }
    }
}

static void sum_group(const machine_t *machine, size_t group, rows_t rows, size_t rows_count,
                      block_t *ret_sums)
{
    const tiles_t *tiles = &machine->tiles;
    size_t count = machine->groups - 1;
    memset(ret_sums, 0, count * sizeof(block_t));
    for (size_t i = tiles->starts[group]; i < tiles->starts[group + 1]; i++) {
        block_t values;
        compare(&machine->kernel, rows, rows_count, tiles->vectors + i * machine->columns,
                machine->columns, values);
        weigh(tiles->coefficients + i * count, count, values, rows_count, ret_sums);
    }
}

// The place of the pair (low, high).
static size_t pair_of(const machine_t *machine, size_t low, size_t high)
{
    return low * machine->groups - low * (low + 1) / 2 + high - low - 1;
}

// Adds a group's sums to the pairs that it is in.
static void add_group(const machine_t *machine, size_t group, const block_t *sums, size_t rows,
                      double *ret)
{
    for (size_t i = 0; i + 1 < machine->groups; i++) {
        size_t pair = i < group ? pair_of(machine, i, group) : pair_of(machine, group, i + 1);
        for (size_t r = 0; r < rows; r++) {
            double sum = 0;
            for (size_t j = 0; j < LANES; j++) {
                sum += sums[i][r][j];
            }
            ret[r * machine->pairs + pair] += sum;
        }
    }
}

// Missing rows are the last one again.
static double *turn(const double *x, size_t rows, size_t columns)
{
    double *turned = mem_array(columns * DECIDE_ROWS, sizeof *turned);
    for (size_t c = 0; c < columns; c++) {
        for (size_t r = 0; r < DECIDE_ROWS; r++) {
            turned[c * DECIDE_ROWS + r] = x[(r < rows ? r : rows - 1) * columns + c];
        }
    }
    return turned;
}

void decide(const machine_t *machine, const double *x, size_t rows, double *ret)
{
    double *turned = turn(x, rows, machine->columns);
    block_t *sums = mem_array(machine->groups - 1, sizeof *sums);
    size_t compared = rows == 1 ? 1 : DECIDE_ROWS;
    for (size_t r = 0; r < rows; r++) {
        memcpy(ret + r * machine->pairs, machine->intercepts, machine->pairs * sizeof *ret);
    }
    for (size_t i = 0; i < machine->groups; i++) {
        sum_group(machine, i, turned, compared, sums);
        add_group(machine, i, sums, rows, ret);
    }
    free(sums);
    free(turned);
}
