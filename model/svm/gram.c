// SPDX-License-Identifier: MPL-2.0
#include "model/svm/gram.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/wide.h"

enum { WIDTH = GRAM_ROWS / LANES }; // vectors of a tile's column

typedef float floats_t __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float))));

size_t gram_padded(size_t count)
{
    return (count + GRAM_ROWS - 1) / GRAM_ROWS * GRAM_ROWS;
}

static double *cell(const gram_t *gram, size_t row, size_t column)
{
    double *tile = (double *)(gram->cells + row / GRAM_ROWS * gram->columns * WIDTH);
    return tile + column * GRAM_ROWS + row % GRAM_ROWS;
}

static void read_row(const gram_t *gram, size_t row, double *ret)
{
    for (size_t i = 0; i < gram->columns; i++) {
        ret[i] = *cell(gram, row, i);
    }
}

static void write_row(gram_t *gram, size_t row, const double *x)
{
    for (size_t i = 0; i < gram->columns; i++) {
        *cell(gram, row, i) = x[i];
    }
}

static double compare_with_itself(const kernel_t *kernel, const double *x, size_t columns)
{
    double product = 0;
    for (size_t i = 0; i < columns && kernel->kind != KERNEL_RBF; i++) {
        product += x[i] * x[i];
    }
    return kernel->kind == KERNEL_RBF ? 1 : kernel_of_product(kernel, product);
}

err_t gram_new(const kernel_t *kernel, const matrix_t *matrix, const uint32_t *rows, size_t count,
               gram_t *ret_gram, fault_t *fault)
{
    gram_t gram = {.kernel = *kernel,
                   .count = count,
                   .padded = gram_padded(count),
                   .columns = matrix->columns};
    size_t vectors = gram.padded / LANES * gram.columns;
    gram.cells = calloc(vectors, sizeof *gram.cells);
    if (!gram.cells) {
        return fault_set(fault, ERR_MEMORY, "use fewer rows or features",
                         "the training needs %zu bytes for its rows", vectors * sizeof *gram.cells);
    }
    gram.own = mem_array(gram.padded, sizeof *gram.own);
    for (size_t i = 0; i < count; i++) {
        const double *x = matrix->x + rows[i] * matrix->columns;
        write_row(&gram, i, x);
        gram.own[i] = compare_with_itself(kernel, x, gram.columns);
    }
    *ret_gram = gram;
    return ERR_OK;
}

void gram_release(gram_t *gram)
{
    free(gram->cells);
    free(gram->own);
    *gram = (gram_t){0};
}

// exp(-gamma |x - t|^2) for the rows t of tiles that lie behind each other
static WIDE void compare_rbf(double gamma, const double *x, size_t columns, const lanes_t *tile,
                             size_t tiles, float *ret)
{
    for (; tiles > 0; tiles--) {
        lanes_t sums[WIDTH] = {0};
        for (size_t c = 0; c < columns; c++, tile += WIDTH) {
            for (size_t i = 0; i < WIDTH; i++) {
                lanes_t difference = x[c] - tile[i];
                sums[i] += difference * difference;
            }
        }
        for (size_t i = 0; i < WIDTH; i++, ret += LANES) {
            lanes_t value = sums[i] * -gamma;
            lanes_exp(&value, LANES_FLOAT);
            *(floats_t *)ret = __builtin_convertvector(value, floats_t);
        }
    }
}

// x t for the rows t of a tile
static WIDE void multiply(const double *x, size_t columns, const lanes_t *tile, lanes_t *ret)
{
    lanes_t sums[WIDTH] = {0};
    for (size_t c = 0; c < columns; c++, tile += WIDTH) {
        for (size_t i = 0; i < WIDTH; i++) {
            sums[i] += x[c] * tile[i];
        }
    }
    memcpy(ret, sums, sizeof sums);
}

static void compare(const gram_t *gram, const double *x, size_t tile, size_t tiles, float *ret)
{
    const lanes_t *cells = gram->cells + tile * gram->columns * WIDTH;
    if (gram->kernel.kind == KERNEL_RBF) {
        compare_rbf(gram->kernel.gamma, x, gram->columns, cells, tiles, ret);
        return;
    }
    for (; tiles > 0; tiles--, cells += gram->columns * WIDTH) {
        double products[GRAM_ROWS];
        multiply(x, gram->columns, cells, (lanes_t *)products);
        for (size_t i = 0; i < GRAM_ROWS; i++) {
            *ret++ = (float)kernel_of_product(&gram->kernel, products[i]);
        }
    }
}

void gram_column(const gram_t *gram, size_t row, size_t begin, size_t end, float *ret)
{
    double *x = mem_array(gram->columns, sizeof *x);
    read_row(gram, row, x);
    compare(gram, x, begin / GRAM_ROWS, (end - begin) / GRAM_ROWS, ret);
    free(x);
}

gram_terms_t gram_terms(const gram_t *gram, const double *factors)
{
    gram_terms_t terms = {0};
    for (size_t i = 0; i < gram->count; i++) {
        terms.count += factors[i] != 0;
    }
    terms.x = mem_array(terms.count * gram->columns, sizeof *terms.x);
    terms.factors = mem_array(terms.count, sizeof *terms.factors);
    size_t term = 0;
    for (size_t i = 0; i < gram->count; i++) {
        if (factors[i] != 0) {
            read_row(gram, i, terms.x + term * gram->columns);
            terms.factors[term++] = factors[i];
        }
    }
    return terms;
}

void gram_terms_release(gram_terms_t *terms)
{
    free(terms->x);
    free(terms->factors);
    *terms = (gram_terms_t){0};
}

typedef struct {
    const gram_t *gram;
    const gram_terms_t *terms;
    size_t begin;
    double *ret;
} sums_t;

static WIDE void weigh(double factor, const float *values, double *restrict sums)
{
    for (size_t i = 0; i < GRAM_ROWS; i++) {
        sums[i] += factor * (double)values[i];
    }
}

static err_t sum_tile(void *context, size_t slot, size_t item, fault_t *fault)
{
    (void)slot;
    (void)fault;
    const sums_t *sums = context;
    const gram_t *gram = sums->gram;
    double *ret = sums->ret + item * GRAM_ROWS;
    memset(ret, 0, GRAM_ROWS * sizeof *ret);
    for (size_t i = 0; i < sums->terms->count; i++) {
        float values[GRAM_ROWS];
        compare(gram, sums->terms->x + i * gram->columns, sums->begin / GRAM_ROWS + item, 1,
                values);
        weigh(sums->terms->factors[i], values, ret);
    }
    return ERR_OK;
}

void gram_sums(const gram_t *gram, const gram_terms_t *terms, size_t begin, size_t end,
               size_t threads, double *ret)
{
    sums_t sums = {.gram = gram, .terms = terms, .begin = begin, .ret = ret};
    parallel_t job = {
        .context = &sums, .threads = threads, .count = (end - begin) / GRAM_ROWS, .work = sum_tile};
    parallel_run(&job, NULL);
}

void gram_reorder(gram_t *gram, const uint32_t *order, size_t count)
{
    size_t tiles = gram_padded(count) / GRAM_ROWS;
    size_t bytes = tiles * gram->columns * WIDTH * sizeof *gram->cells;
    gram_t old = {.columns = gram->columns,
                  .cells = mem_new(bytes),
                  .own = mem_array(count, sizeof *gram->own)};
    memcpy(old.cells, gram->cells, bytes);
    memcpy(old.own, gram->own, count * sizeof *gram->own);
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < gram->columns; c++) {
            *cell(gram, i, c) = *cell(&old, order[i], c);
        }
        gram->own[i] = old.own[order[i]];
    }
    gram_release(&old);
}
