// SPDX-License-Identifier: MPL-2.0
#include "model/tree/criterion.h"

#include <math.h>
#include <string.h>

static void tally_classes(tally_t *tally, const sample_t *samples, const uint32_t *rows,
                          size_t count)
{
    memset(tally->classes, 0, tally->classes_count * sizeof *tally->classes);
    for (size_t i = 0; i < count; i++) {
        const sample_t *sample = &samples[rows[i]];
        tally->weight += sample->weight;
        tally->classes[sample->class] += sample->weight;
    }
}

static void tally_targets(tally_t *tally, const sample_t *samples, const uint32_t *rows,
                          size_t count)
{
    double first = samples[rows[0]].target;
    for (size_t i = 0; i < count; i++) {
        const sample_t *sample = &samples[rows[i]];
        double weighted = sample->weight * sample->target;
        tally->weight += sample->weight;
        tally->sum += weighted;
        tally->squares += weighted * sample->target;
        tally->pure &= sample->target == first;
    }
}

void tally_rows(tally_t *tally, const sample_t *samples, const uint32_t *rows, size_t count)
{
    tally->weight = 0;
    tally->sum = 0;
    tally->squares = 0;
    tally->pure = tally->classes_count == 0;
    if (tally->classes_count > 0) {
        tally_classes(tally, samples, rows, count);
    } else {
        tally_targets(tally, samples, rows, count);
    }
}

static double gini(const tally_t *tally)
{
    double squares = 0;
    for (size_t k = 0; k < tally->classes_count; k++) {
        squares += tally->classes[k] * tally->classes[k];
    }
    return 1 - squares / (tally->weight * tally->weight);
}

static double entropy(const tally_t *tally)
{
    double sum = 0;
    for (size_t k = 0; k < tally->classes_count; k++) {
        double share = tally->classes[k] / tally->weight;
        sum -= share > 0 ? share * log2(share) : 0;
    }
    return sum;
}

static double variance(const tally_t *tally)
{
    double mean = tally->sum / tally->weight;
    return tally->pure ? 0 : fmax(0, tally->squares / tally->weight - mean * mean);
}

double tally_impurity(const tally_t *tally)
{
    switch (tally->criterion) {
    case CRITERION_GINI:
        return gini(tally);
    case CRITERION_ENTROPY:
        return entropy(tally);
    default:
        return variance(tally);
    }
}

void tally_value(const tally_t *tally, double *ret)
{
    if (tally->classes_count == 0) {
        *ret = tally->sum / tally->weight;
    }
    for (size_t k = 0; k < tally->classes_count; k++) {
        ret[k] = tally->classes[k] / tally->weight;
    }
}
