// SPDX-License-Identifier: MPL-2.0
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/score/score.h"

// Sums over all rows.
typedef struct {
    double squares;   // of the errors
    double absolutes; // of the errors' sizes
    double shares;    // of the errors' sizes in the truth's
    double spread;    // of the truth about its mean, squared
} sums_t;

static sums_t sums_of(const number_verdicts_t *verdicts)
{
    sums_t sums = {0};
    double mean = 0;
    for (size_t i = 0; i < verdicts->rows; i++) {
        mean += verdicts->truth[i] / (double)verdicts->rows;
    }
    for (size_t i = 0; i < verdicts->rows; i++) {
        double truth = verdicts->truth[i];
        double error = truth - verdicts->predicted[i];
        sums.squares += error * error;
        sums.absolutes += fabs(error);
        sums.shares += fabs(error) / fmax(fabs(truth), DBL_EPSILON);
        sums.spread += (truth - mean) * (truth - mean);
    }
    return sums;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median_error(const number_verdicts_t *verdicts, const sums_t *sums)
{
    (void)sums;
    size_t rows = verdicts->rows;
    double *errors = mem_array(rows, sizeof *errors);
    for (size_t i = 0; i < rows; i++) {
        errors[i] = fabs(verdicts->truth[i] - verdicts->predicted[i]);
    }
    qsort(errors, rows, sizeof *errors, by_value);
    double median = (errors[(rows - 1) / 2] + errors[rows / 2]) / 2;
    free(errors);
    return median;
}

// 1 - squares / spread; without any spread 1 when all is right, else 0.
static double r2(const number_verdicts_t *verdicts, const sums_t *sums)
{
    if (verdicts->rows < 2) {
        return NAN;
    }
    return sums->spread > 0 ? 1 - sums->squares / sums->spread : sums->squares == 0;
}

static double rmse(const number_verdicts_t *verdicts, const sums_t *sums)
{
    return sqrt(sums->squares / (double)verdicts->rows);
}

static double mae(const number_verdicts_t *verdicts, const sums_t *sums)
{
    return sums->absolutes / (double)verdicts->rows;
}

static double mape(const number_verdicts_t *verdicts, const sums_t *sums)
{
    return sums->shares / (double)verdicts->rows;
}

static const struct {
    const char *name;
    double (*of)(const number_verdicts_t *verdicts, const sums_t *sums);
} SCORES[] = {
    {"rmse", rmse}, {"mae", mae}, {"r2", r2}, {"mape", mape}, {"median_ae", median_error},
};

enum { SCORES_COUNT = sizeof SCORES / sizeof SCORES[0] };

json_t *score_numbers(const number_verdicts_t *verdicts)
{
    sums_t sums = sums_of(verdicts);
    json_t *scores = json_object();
    for (size_t i = 0; i < SCORES_COUNT; i++) {
        double value = SCORES[i].of(verdicts, &sums);
        json_object_set_new(scores, SCORES[i].name,
                            isfinite(value) ? json_real(value) : json_null());
    }
    return scores;
}

double score_of_numbers(const number_verdicts_t *verdicts, const char *name)
{
    sums_t sums = sums_of(verdicts);
    for (size_t i = 0; i < SCORES_COUNT; i++) {
        if (strcmp(SCORES[i].name, name) == 0) {
            return SCORES[i].of(verdicts, &sums);
        }
    }
    return NAN;
}

const char *score_of_numbers_at(size_t i)
{
    return i < SCORES_COUNT ? SCORES[i].name : NULL;
}

bool score_is_gain(const char *name)
{
    static const char *const losses[] = {"log_loss", "brier",     "rmse",   "mae",
                                         "mape",     "median_ae", "inertia"};
    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++) {
        if (strcmp(losses[i], name) == 0) {
            return false;
        }
    }
    return true;
}

const char *score_find(bool classes, const char *name)
{
    const char *(*at)(size_t i) = classes ? score_of_classes_at : score_of_numbers_at;
    for (size_t i = 0; name && at(i); i++) {
        if (strcmp(at(i), name) == 0) {
            return at(i);
        }
    }
    return NULL;
}
