// SPDX-License-Identifier: MPL-2.0
#include "learn/split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/core/random.h"

typedef struct {
    size_t rows;
    size_t test;  // of them test rows
    double wants; // what rounding down took
    size_t start; // of the class's rows in the list of all
} share_t;

// The class that gets the next test row: the one that wants it most and can give it.
static share_t *neediest(share_t *shares, size_t count)
{
    share_t *best = NULL;
    for (size_t i = 0; i < count; i++) {
        if (shares[i].test + 1 < shares[i].rows && (!best || shares[i].wants > best->wants)) {
            best = &shares[i];
        }
    }
    return best;
}

static void divide(share_t *shares, size_t count, size_t rows, double test_size)
{
    double wanted = ceil(test_size * (double)rows);
    size_t left = (size_t)wanted;
    for (size_t i = 0; i < count; i++) {
        double exact = wanted * (double)shares[i].rows / (double)rows;
        size_t most = shares[i].rows - 1;
        shares[i].test = (size_t)exact < most ? (size_t)exact : most;
        shares[i].wants = exact - (double)shares[i].test;
        left -= shares[i].test;
    }
    for (share_t *next; left > 0 && (next = neediest(shares, count)) != NULL; left--) {
        next->test++;
        next->wants -= 1;
    }
}

// Lists the rows class by class, in their order.
static size_t *by_class(const int32_t *classes, size_t rows, share_t *shares, size_t count)
{
    size_t *list = mem_array(rows, sizeof *list);
    size_t start = 0;
    for (size_t i = 0; i < rows; i++) {
        shares[classes[i]].rows++;
    }
    for (size_t i = 0; i < count; i++) {
        shares[i].start = start;
        start += shares[i].rows;
        shares[i].rows = 0;
    }
    for (size_t i = 0; i < rows; i++) {
        share_t *share = &shares[classes[i]];
        list[share->start + share->rows++] = i;
    }
    return list;
}

void split_stratified(const int32_t *classes, size_t rows, size_t classes_count, double test_size,
                      uint64_t seed, uint8_t *ret_test)
{
    share_t *shares = mem_array(classes_count, sizeof *shares);
    size_t *list = by_class(classes, rows, shares, classes_count);
    random_t random = random_new(seed);
    divide(shares, classes_count, rows, test_size);
    for (size_t i = 0; i < rows; i++) {
        ret_test[i] = 0;
    }
    for (size_t i = 0; i < classes_count; i++) {
        size_t *own = list + shares[i].start;
        random_shuffle(&random, own, shares[i].rows);
        for (size_t j = 0; j < shares[i].test; j++) {
            ret_test[own[j]] = 1;
        }
    }
    free(list);
    free(shares);
}

static size_t *shuffled(size_t rows, random_t *random)
{
    size_t *list = mem_array(rows, sizeof *list);
    for (size_t i = 0; i < rows; i++) {
        list[i] = i;
    }
    random_shuffle(random, list, rows);
    return list;
}

void split_random(size_t rows, double test_size, uint64_t seed, uint8_t *ret_test)
{
    random_t random = random_new(seed);
    size_t *list = shuffled(rows, &random);
    size_t tests = (size_t)ceil(test_size * (double)rows);
    tests = tests < rows ? tests : rows - 1;
    for (size_t i = 0; i < rows; i++) {
        ret_test[list[i]] = i < tests;
    }
    free(list);
}

void split_folds(const int32_t *classes, size_t rows, size_t classes_count, size_t folds,
                 uint64_t seed, uint32_t *ret_fold)
{
    random_t random = random_new(seed);
    if (!classes) {
        size_t *list = shuffled(rows, &random);
        for (size_t i = 0; i < rows; i++) {
            ret_fold[list[i]] = (uint32_t)(i % folds);
        }
        free(list);
        return;
    }
    share_t *shares = mem_array(classes_count, sizeof *shares);
    size_t *list = by_class(classes, rows, shares, classes_count);
    size_t next = 0;
    for (size_t c = 0; c < classes_count; c++) {
        random_shuffle(&random, list + shares[c].start, shares[c].rows);
        for (size_t i = 0; i < shares[c].rows; i++) {
            ret_fold[list[shares[c].start + i]] = (uint32_t)(next++ % folds);
        }
    }
    free(list);
    free(shares);
}

// --- Groups ------------------------------------------------------------------------------------

void split_groups(const int32_t *groups, size_t rows, size_t groups_count, double test_size,
                  uint64_t seed, uint8_t *ret_test)
{
    uint8_t *tests = mem_array(groups_count, sizeof *tests);
    split_random(groups_count, test_size, seed, tests);
    for (size_t i = 0; i < rows; i++) {
        ret_test[i] = tests[groups[i]];
    }
    free(tests);
}

typedef struct {
    size_t rows;
    size_t group;
} pile_t;

static int from_the_largest(const void *left, const void *right)
{
    const pile_t *a = left;
    const pile_t *b = right;
    int by_rows = (a->rows < b->rows) - (a->rows > b->rows);
    return by_rows ? by_rows : (a->group > b->group) - (a->group < b->group);
}

static size_t lightest(const size_t *weights, size_t count)
{
    size_t least = 0;
    for (size_t i = 1; i < count; i++) {
        least = weights[i] < weights[least] ? i : least;
    }
    return least;
}

void split_group_folds(const int32_t *groups, size_t rows, size_t groups_count, size_t folds,
                       uint32_t *ret_fold)
{
    pile_t *piles = mem_array(groups_count, sizeof *piles);
    size_t *weights = mem_array(folds, sizeof *weights);
    uint32_t *fold_of = mem_array(groups_count, sizeof *fold_of);
    for (size_t g = 0; g < groups_count; g++) {
        piles[g].group = g;
    }
    for (size_t i = 0; i < rows; i++) {
        piles[groups[i]].rows++;
    }
    qsort(piles, groups_count, sizeof *piles, from_the_largest);
    for (size_t g = 0; g < groups_count; g++) {
        size_t fold = lightest(weights, folds);
        weights[fold] += piles[g].rows;
        fold_of[piles[g].group] = (uint32_t)fold;
    }
    for (size_t i = 0; i < rows; i++) {
        ret_fold[i] = fold_of[groups[i]];
    }
    free(piles);
    free(weights);
    free(fold_of);
}

// --- Time --------------------------------------------------------------------------------------

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static double *sorted_times(const double *when, size_t rows)
{
    double *times = mem_array(rows, sizeof *times);
    memcpy(times, when, rows * sizeof *times);
    qsort(times, rows, sizeof *times, by_value);
    return times;
}

size_t split_time(const double *when, size_t rows, double test_size, uint8_t *ret_test)
{
    double *times = sorted_times(when, rows);
    size_t tests = (size_t)ceil(test_size * (double)rows);
    tests = tests < rows ? tests : rows - 1;
    double first = times[rows - tests];
    size_t left = 0;
    for (size_t i = 0; i < rows; i++) {
        ret_test[i] = when[i] >= first;
        left += when[i] < first;
    }
    free(times);
    return left;
}

void split_windows(const double *when, size_t rows, size_t folds, uint32_t *ret_window)
{
    double *times = sorted_times(when, rows);
    size_t size = rows / (folds + 1);
    for (size_t i = 0; i < rows; i++) {
        ret_window[i] = 0;
    }
    for (size_t w = 1; w <= folds && size > 0; w++) {
        double first = times[rows - (folds + 1 - w) * size];
        for (size_t i = 0; i < rows; i++) {
            ret_window[i] = when[i] >= first ? (uint32_t)w : ret_window[i];
        }
    }
    free(times);
}
