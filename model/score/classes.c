// SPDX-License-Identifier: MPL-2.0
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/score/ranking.h"
#include "model/score/score.h"

// The confusion of truth and prediction, and its sums.
typedef struct {
    size_t classes;
    double rows;
    double *right;     // by class: said and true
    double *said;      // by class
    double *true_rows; // by class
} tally_t;

// Precision, recall and F1 of one class, or their mean.
typedef struct {
    double precision;
    double recall;
    double f1;
} triple_t;

static tally_t tally_of(const class_verdicts_t *verdicts)
{
    tally_t tally = {.classes = verdicts->classes, .rows = (double)verdicts->rows};
    tally.right = mem_array(tally.classes, sizeof(double));
    tally.said = mem_array(tally.classes, sizeof(double));
    tally.true_rows = mem_array(tally.classes, sizeof(double));
    for (size_t i = 0; i < verdicts->rows; i++) {
        int32_t truth = verdicts->truth[i];
        tally.right[truth] += truth == verdicts->predicted[i];
        tally.said[verdicts->predicted[i]] += 1;
        tally.true_rows[truth] += 1;
    }
    return tally;
}

static void release(tally_t *tally)
{
    free(tally->right);
    free(tally->said);
    free(tally->true_rows);
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

static triple_t triple_of(const tally_t *tally, size_t c)
{
    return (triple_t){ratio(tally->right[c], tally->said[c]),
                      ratio(tally->right[c], tally->true_rows[c]),
                      ratio(2 * tally->right[c], tally->said[c] + tally->true_rows[c])};
}

// The mean over the classes that were said or true, each once or by its rows.
static triple_t mean_of(const tally_t *tally, bool weighted)
{
    triple_t sum = {0};
    double weights = 0;
    for (size_t c = 0; c < tally->classes; c++) {
        triple_t triple = triple_of(tally, c);
        double weight = weighted                                   ? tally->true_rows[c]
                        : tally->said[c] + tally->true_rows[c] > 0 ? 1
                                                                   : 0;
        sum.precision += weight * triple.precision;
        sum.recall += weight * triple.recall;
        sum.f1 += weight * triple.f1;
        weights += weight;
    }
    return (triple_t){sum.precision / weights, sum.recall / weights, sum.f1 / weights};
}

static double balanced_accuracy(const tally_t *tally)
{
    double sum = 0;
    double classes = 0;
    for (size_t c = 0; c < tally->classes; c++) {
        sum += ratio(tally->right[c], tally->true_rows[c]);
        classes += tally->true_rows[c] > 0;
    }
    return sum / classes;
}

// Matthews' coefficient for any number of classes (J. Gorodkin, 2004); 0 when it is not defined.
static double mcc(const tally_t *tally)
{
    double right = 0;
    double both = 0;
    double said = 0;
    double truth = 0;
    for (size_t c = 0; c < tally->classes; c++) {
        right += tally->right[c];
        both += tally->said[c] * tally->true_rows[c];
        said += tally->said[c] * tally->said[c];
        truth += tally->true_rows[c] * tally->true_rows[c];
    }
    double square = tally->rows * tally->rows;
    double spread = (square - said) * (square - truth);
    return spread > 0 ? (right * tally->rows - both) / sqrt(spread) : 0;
}

// Cohen's kappa; NAN when chance alone would always be right.
static double kappa(const tally_t *tally)
{
    double right = 0;
    double chance = 0;
    for (size_t c = 0; c < tally->classes; c++) {
        right += tally->right[c] / tally->rows;
        chance += tally->said[c] / tally->rows * (tally->true_rows[c] / tally->rows);
    }
    return chance < 1 ? 1 - (1 - right) / (1 - chance) : NAN;
}

// The mean over the classes of an area, or that of the second of two.
static double area(const class_verdicts_t *verdicts, double (*of)(const ranking_t *))
{
    bool two = verdicts->classes == 2;
    double sum = 0;
    for (size_t c = two ? 1 : 0; c < verdicts->classes; c++) {
        ranking_t ranking = ranking_make(verdicts->probabilities + c, verdicts->classes,
                                         verdicts->truth, (int32_t)c, verdicts->rows);
        sum += of(&ranking);
        ranking_release(&ranking);
    }
    return sum / (two ? 1 : (double)verdicts->classes);
}

static double clip(double probability)
{
    return fmin(fmax(probability, DBL_EPSILON), 1 - DBL_EPSILON);
}

static double log_loss(const class_verdicts_t *verdicts)
{
    double sum = 0;
    for (size_t i = 0; i < verdicts->rows; i++) {
        const double *row = verdicts->probabilities + i * verdicts->classes;
        double total = 0;
        for (size_t c = 0; c < verdicts->classes; c++) {
            total += clip(row[c]);
        }
        sum -= log(clip(row[verdicts->truth[i]]) / total);
    }
    return sum / (double)verdicts->rows;
}

static double brier(const class_verdicts_t *verdicts)
{
    size_t first = verdicts->classes == 2 ? 1 : 0;
    double sum = 0;
    for (size_t i = 0; i < verdicts->rows; i++) {
        for (size_t c = first; c < verdicts->classes; c++) {
            double truth = verdicts->truth[i] == (int32_t)c;
            double off = verdicts->probabilities[i * verdicts->classes + c] - truth;
            sum += off * off;
        }
    }
    return sum / (double)verdicts->rows;
}

// --- The scores by their names ------------------------------------------------------------------

static double accuracy(const tally_t *tally)
{
    double right = 0;
    for (size_t c = 0; c < tally->classes; c++) {
        right += tally->right[c];
    }
    return right / tally->rows;
}

static double precision_macro(const tally_t *tally)
{
    return mean_of(tally, false).precision;
}

static double recall_macro(const tally_t *tally)
{
    return mean_of(tally, false).recall;
}

static double f1_macro(const tally_t *tally)
{
    return mean_of(tally, false).f1;
}

static double precision_weighted(const tally_t *tally)
{
    return mean_of(tally, true).precision;
}

static double recall_weighted(const tally_t *tally)
{
    return mean_of(tally, true).recall;
}

static double f1_weighted(const tally_t *tally)
{
    return mean_of(tally, true).f1;
}

static double roc_auc(const class_verdicts_t *verdicts)
{
    return area(verdicts, ranking_roc_auc);
}

static double pr_auc(const class_verdicts_t *verdicts)
{
    return area(verdicts, ranking_average_precision);
}

// Of what was said, or of the probabilities.
static const struct {
    const char *name;
    double (*said)(const tally_t *tally);
    double (*sure)(const class_verdicts_t *verdicts);
} SCORES[] = {
    {"accuracy", accuracy, NULL},
    {"balanced_accuracy", balanced_accuracy, NULL},
    {"precision_macro", precision_macro, NULL},
    {"recall_macro", recall_macro, NULL},
    {"f1_macro", f1_macro, NULL},
    {"precision_weighted", precision_weighted, NULL},
    {"recall_weighted", recall_weighted, NULL},
    {"f1_weighted", f1_weighted, NULL},
    {"mcc", mcc, NULL},
    {"kappa", kappa, NULL},
    {"roc_auc", NULL, roc_auc},
    {"pr_auc", NULL, pr_auc},
    {"log_loss", NULL, log_loss},
    {"brier", NULL, brier},
};

enum { SCORES_COUNT = sizeof SCORES / sizeof SCORES[0] };

static double score_at(const class_verdicts_t *verdicts, const tally_t *tally, size_t i)
{
    if (SCORES[i].said) {
        return SCORES[i].said(tally);
    }
    return verdicts->probabilities ? SCORES[i].sure(verdicts) : NAN;
}

json_t *score_classes(const class_verdicts_t *verdicts)
{
    tally_t tally = tally_of(verdicts);
    json_t *scores = json_object();
    for (size_t i = 0; i < SCORES_COUNT; i++) {
        double value = score_at(verdicts, &tally, i);
        json_object_set_new(scores, SCORES[i].name,
                            isfinite(value) ? json_real(value) : json_null());
    }
    release(&tally);
    return scores;
}

static size_t place_of(const char *name)
{
    size_t i = 0;
    while (i < SCORES_COUNT && strcmp(SCORES[i].name, name) != 0) {
        i++;
    }
    return i;
}

double score_of_classes(const class_verdicts_t *verdicts, const char *name)
{
    size_t i = place_of(name);
    if (i == SCORES_COUNT) {
        return NAN;
    }
    tally_t tally = tally_of(verdicts);
    double value = score_at(verdicts, &tally, i);
    release(&tally);
    return value;
}

bool score_needs_probabilities(const char *name)
{
    size_t i = place_of(name);
    return i < SCORES_COUNT && !SCORES[i].said;
}

const char *score_of_classes_at(size_t i)
{
    return i < SCORES_COUNT ? SCORES[i].name : NULL;
}

const char *score_of_choice(const int32_t *truth, size_t rows, size_t classes)
{
    if (!truth) {
        return "r2";
    }
    size_t *counts = mem_array(classes, sizeof *counts);
    for (size_t i = 0; i < rows; i++) {
        counts[truth[i]]++;
    }
    size_t least = rows;
    size_t most = 0;
    for (size_t c = 0; c < classes; c++) {
        least = counts[c] < least ? counts[c] : least;
        most = counts[c] > most ? counts[c] : most;
    }
    free(counts);
    return most >= SCORE_SKEW * least ? "f1_macro" : "accuracy";
}
