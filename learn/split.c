// SPDX-License-Identifier: MPL-2.0
#include "learn/split.h"

#include <math.h>
#include <stdlib.h>

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
