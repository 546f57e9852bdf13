// SPDX-License-Identifier: MPL-2.0
#include "data/profile/pearson.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"

// Values are centered and scaled first, and 0 where missing. Then sums of products over all rows
// are those over common rows, and sums and squares over common rows come from few others: those of
// all rows, less those of the rows that the other column misses.
enum {
    BLOCK = 512,
    STRIDE = BLOCK + 8, // so that columns do not share places in the cache
};

#define NO_SPREAD 1e-14 // a variance of so small a part of the squares is rounding

typedef double lanes_t __attribute__((vector_size(64), aligned(8), may_alias));

// Sums of a stripe, then of all.
typedef struct {
    double *products; // by pair
    double *sums;     // by column
    double *squares;
    double *off_sums;    // [j][i]: of column i in the rows that j misses
    double *off_squares; // or, where j misses most, in those that it has
} sums_t;

typedef struct {
    study_t *study;
    const progress_t *progress;
    const matrix_t *matrix;
    size_t count;
    size_t *wanted;  // columns of the frame
    bool *by_valid;  // column misses most of its rows
    double **values; // STRIDE for each column, by slot
    sums_t *workers;
    sums_t total;
    sums_t rest; // what rounding took from the total
} search_t;

static size_t sums_size(size_t count)
{
    return matrix_pairs(count) + 2 * count + 2 * count * count;
}

static sums_t sums_new(size_t count)
{
    sums_t sums;
    sums.products = mem_array(sums_size(count), sizeof(double));
    sums.sums = sums.products + matrix_pairs(count);
    sums.squares = sums.sums + count;
    sums.off_sums = sums.squares + count;
    sums.off_squares = sums.off_sums + count * count;
    return sums;
}

static double dot(const double *a, const double *b)
{
    lanes_t sum = {0};
    for (size_t i = 0; i < BLOCK; i += 8) {
        sum += *(const lanes_t *)(a + i) * *(const lanes_t *)(b + i);
    }
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

static double sum_of(const double *a)
{
    lanes_t sum = {0};
    for (size_t i = 0; i < BLOCK; i += 8) {
        sum += *(const lanes_t *)(a + i);
    }
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

// The values [from, from + count) of a column, made comparable.
static void take_values(const facts_t *facts, const vector_t *vector, size_t from, size_t count,
                        double *to)
{
    double scale = facts->sd > 0 ? 1 / facts->sd : 0;
    if (vector->numbers) {
        for (size_t i = 0; i < count; i++) {
            to[i] = (vector->numbers[from + i] - facts->mean) * scale;
        }
    } else {
        for (size_t i = 0; i < count; i++) {
            to[i] = ((double)vector->integers[from + i] - facts->mean) * scale;
        }
    }
    for (size_t i = 0; vector->valid && i < count; i++) {
        to[i] = vector->valid[from + i] ? to[i] : 0;
    }
    memset(to + count, 0, (BLOCK - count) * sizeof *to);
}

// Adds the row's values to what column j misses (or has).
static void add_row(const search_t *search, sums_t *sums, const double *values, size_t j, size_t i)
{
    double *off_sums = sums->off_sums + j * search->count;
    double *off_squares = sums->off_squares + j * search->count;
    for (size_t c = 0; c < search->count; c++) {
        double value = values[c * STRIDE + i];
        off_sums[c] += value;
        off_squares[c] += value * value;
    }
}

static void add_off(const search_t *search, sums_t *sums, const double *values,
                    const vector_t *const *vectors, size_t from, size_t count)
{
    for (size_t j = 0; j < search->count; j++) {
        const uint8_t *valid = vectors[j]->valid;
        if (!search->matrix->columns[j]->mask.words) {
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            bool is_valid = !valid || valid[from + i];
            if (is_valid == search->by_valid[j]) {
                add_row(search, sums, values, j, i);
            }
        }
    }
}

static void add_block(const search_t *search, sums_t *sums, const double *values)
{
    size_t pair = 0;
    for (size_t i = 0; i < search->count; i++) {
        const double *a = values + i * STRIDE;
        sums->sums[i] += sum_of(a);
        sums->squares[i] += dot(a, a);
        for (size_t j = i + 1; j < search->count; j++) {
            sums->products[pair++] += dot(a, values + j * STRIDE);
        }
    }
}

static err_t work_stripe(void *context, size_t slot, size_t index, fault_t *fault)
{
    search_t *search = context;
    stripe_t *stripe = search->study->stripes[slot];
    sums_t *sums = &search->workers[slot];
    double *values = search->values[slot];
    memset(sums->products, 0, sums_size(search->count) * sizeof(double));
    err_t err = stripe_load(stripe, index, search->wanted, search->count, fault);
    if (err != ERR_OK) {
        return err;
    }
    size_t rows = frame_stripe_rows(search->study->frame, index);
    const vector_t **vectors =
        arena_array(stripe_arena(stripe), search->count, sizeof(const vector_t *));
    for (size_t c = 0; c < search->count; c++) {
        vectors[c] = stripe_vector(stripe, search->wanted[c]);
    }
    for (size_t from = 0; from < rows; from += BLOCK) {
        size_t count = rows - from < BLOCK ? rows - from : BLOCK;
        for (size_t c = 0; c < search->count; c++) {
            take_values(search->matrix->columns[c], vectors[c], from, count, values + c * STRIDE);
        }
        add_block(search, sums, values);
        add_off(search, sums, values, vectors, from, count);
    }
    return ERR_OK;
}

// Adds a stripe's sums to the total, with what rounding takes.
static err_t settle_stripe(void *context, size_t slot, size_t index, fault_t *fault)
{
    search_t *search = context;
    const double *from = search->workers[slot].products;
    double *to = search->total.products;
    double *rest = search->rest.products;
    for (size_t i = 0; i < sums_size(search->count); i++) {
        double next = to[i] + from[i];
        double part = next - to[i];
        rest[i] += (to[i] - (next - part)) + (from[i] - part);
        to[i] = next;
    }
    double fraction = (double)(index + 1) / (double)frame_stripes(search->study->frame);
    if (!progress_report(search->progress, fraction, "correlations")) {
        return fault_set(fault, ERR_CANCELLED, NULL, "the profile was cancelled");
    }
    return ERR_OK;
}

// Sum and squares of column i over the rows that j has, too.
static void common_sums(const search_t *search, size_t i, size_t j, double *ret_sum,
                        double *ret_squares)
{
    const sums_t *total = &search->total;
    double sum = total->off_sums[j * search->count + i];
    double squares = total->off_squares[j * search->count + i];
    bool off = !search->by_valid[j];
    *ret_sum = off ? total->sums[i] - sum : sum;
    *ret_squares = off ? total->squares[i] - squares : squares;
}

static double correlation(const search_t *search, size_t pair, size_t i, size_t j)
{
    const facts_t *a = search->matrix->columns[i];
    const facts_t *b = search->matrix->columns[j];
    double n = (double)(a->valid + b->valid) - (double)search->study->rows +
               (double)mask_both(&a->mask, &b->mask);
    double sum_a;
    double sum_b;
    double squares_a;
    double squares_b;
    common_sums(search, i, j, &sum_a, &squares_a);
    common_sums(search, j, i, &sum_b, &squares_b);
    double vary_a = squares_a - sum_a * sum_a / n;
    double vary_b = squares_b - sum_b * sum_b / n;
    if (n < 2 || !(vary_a > squares_a * NO_SPREAD) || !(vary_b > squares_b * NO_SPREAD)) {
        return NAN;
    }
    double r = (search->total.products[pair] - sum_a * sum_b / n) / (sqrt(vary_a) * sqrt(vary_b));
    return r > 1 ? 1 : r < -1 ? -1 : r;
}

static search_t search_new(study_t *study, const progress_t *progress, const matrix_t *matrix)
{
    size_t count = matrix->count;
    search_t search = {.study = study, .progress = progress, .matrix = matrix, .count = count};
    search.wanted = mem_array(count, sizeof *search.wanted);
    search.by_valid = mem_array(count, sizeof *search.by_valid);
    search.values = mem_array(study->threads, sizeof(double *));
    search.workers = mem_array(study->threads, sizeof *search.workers);
    search.total = sums_new(count);
    search.rest = sums_new(count);
    for (size_t i = 0; i < count; i++) {
        search.wanted[i] = matrix->columns[i]->column;
        search.by_valid[i] = matrix->columns[i]->valid < study->rows / 2;
    }
    for (size_t i = 0; i < study->threads; i++) {
        search.values[i] = mem_array(count * STRIDE, sizeof(double));
        search.workers[i] = sums_new(count);
    }
    return search;
}

static void search_release(search_t *search)
{
    for (size_t i = 0; i < search->study->threads; i++) {
        free(search->values[i]);
        free(search->workers[i].products);
    }
    free(search->values);
    free(search->workers);
    free(search->total.products);
    free(search->rest.products);
    free(search->wanted);
    free(search->by_valid);
}

err_t pearson_fill(study_t *study, const progress_t *progress, matrix_t *matrix, fault_t *fault)
{
    search_t search = search_new(study, progress, matrix);
    parallel_t job = {.context = &search,
                      .threads = study->threads,
                      .count = frame_stripes(study->frame),
                      .work = work_stripe,
                      .settle = settle_stripe};
    err_t err = parallel_run(&job, fault);
    for (size_t i = 0; i < sums_size(search.count) && err == ERR_OK; i++) {
        search.total.products[i] += search.rest.products[i];
    }
    for (size_t pair = 0; pair < matrix_pairs(search.count) && err == ERR_OK; pair++) {
        size_t i;
        size_t j;
        matrix_pair(search.count, pair, &i, &j);
        matrix_set(matrix, i, j, correlation(&search, pair, i, j));
    }
    for (size_t i = 0; i < search.count; i++) {
        if (!(matrix->columns[i]->sd > 0)) {
            matrix_set(matrix, i, i, NAN);
        }
    }
    search_release(&search);
    return err;
}
