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

static double median_error(const number_verdicts_t *verdicts)
{
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
static double r2(const sums_t *sums, size_t rows)
{
    if (rows < 2) {
        return NAN;
    }
    return sums->spread > 0 ? 1 - sums->squares / sums->spread : sums->squares == 0;
}

static void set(json_t *scores, const char *name, double value)
{
    json_object_set_new(scores, name, isfinite(value) ? json_real(value) : json_null());
}

json_t *score_numbers(const number_verdicts_t *verdicts)
{
    sums_t sums = sums_of(verdicts);
    double rows = (double)verdicts->rows;
    json_t *scores = json_object();
    set(scores, "rmse", sqrt(sums.squares / rows));
    set(scores, "mae", sums.absolutes / rows);
    set(scores, "r2", r2(&sums, verdicts->rows));
    set(scores, "mape", sums.shares / rows);
    set(scores, "median_ae", median_error(verdicts));
    return scores;
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
