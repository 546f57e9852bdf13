// SPDX-License-Identifier: MPL-2.0
// score_run SPEC.json: the scores of verdicts, for tests that hold them against sklearn.metrics.
//   {"classes": K, "truth": [...], "predicted": [...], "probabilities": [...] or null}
// or {"truth": [...], "predicted": [...]} for numbers,
// or {"groups": K, "x": [...], "predicted": [...], "squares": [...]}. With "curves": C of classes,
// the curves of class C; of numbers, the histogram of "predicted".
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/score/bins.h"
#include "model/score/curve.h"
#include "model/score/score.h"

static double *numbers(const json_t *spec, const char *key, size_t *ret_count)
{
    const json_t *list = json_object_get(spec, key);
    *ret_count = json_array_size(list);
    double *values = mem_array(*ret_count + 1, sizeof *values);
    for (size_t i = 0; i < *ret_count; i++) {
        values[i] = json_number_value(json_array_get(list, i));
    }
    return values;
}

static int32_t *classes(const double *values, size_t count)
{
    int32_t *list = mem_array(count + 1, sizeof *list);
    for (size_t i = 0; i < count; i++) {
        list[i] = (int32_t)values[i];
    }
    return list;
}

static json_t *reals(const double *values, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_real(values[i]));
    }
    return list;
}

static json_t *counts(const int64_t *values, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_integer(values[i]));
    }
    return list;
}

static json_t *curve_json(const curve_t *curve)
{
    return json_pack("{s:o, s:o}", "x", reals(curve->x, curve->count), "y",
                     reals(curve->y, curve->count));
}

static json_t *curves_of(const class_verdicts_t *verdicts, int32_t positive)
{
    const double *values = verdicts->probabilities + positive;
    ranking_t ranking =
        ranking_make(values, verdicts->classes, verdicts->truth, positive, verdicts->rows);
    curve_t roc;
    curve_t recall;
    calibration_t calibration;
    double gain[GAIN_PARTS];
    curve_roc(&ranking, &roc);
    curve_precision_recall(&ranking, &recall);
    curve_gain(&ranking, gain);
    bins_calibration(values, verdicts->classes, verdicts->truth, positive, verdicts->rows,
                     &calibration);
    ranking_release(&ranking);
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "roc", curve_json(&roc), "recall",
                     curve_json(&recall), "gain", reals(gain, GAIN_PARTS), "said",
                     reals(calibration.said, calibration.count), "seen",
                     reals(calibration.seen, calibration.count), "rows",
                     counts(calibration.rows, calibration.count));
}

static json_t *histogram_of(const double *values, size_t count)
{
    histogram_t histogram;
    bins_histogram(values, count, &histogram);
    return json_pack("{s:o, s:o}", "edges", reals(histogram.edges, HISTOGRAM_BINS + 1), "rows",
                     counts(histogram.rows, HISTOGRAM_BINS));
}

// Whether each score alone is what it is among all.
static bool agree(const json_t *scores, const class_verdicts_t *classes,
                  const number_verdicts_t *numbers)
{
    const char *name;
    json_t *value;
    bool same = true;
    json_object_foreach((json_t *)scores, name, value)
    {
        double alone = classes ? score_of_classes(classes, name) : score_of_numbers(numbers, name);
        same = same && (json_is_null(value) ? !isfinite(alone) : alone == json_real_value(value));
    }
    return same;
}

int main(int argc, char **argv)
{
    json_t *spec = argc == 2 ? json_load_file(argv[1], 0, NULL) : NULL;
    size_t rows;
    size_t known;
    size_t count;
    double *truth = numbers(spec, "truth", &known);
    double *predicted = numbers(spec, "predicted", &rows);
    double *probabilities = numbers(spec, "probabilities", &count);
    int32_t *true_classes = classes(truth, known);
    int32_t *said = classes(predicted, rows);
    json_t *scores;
    bool good = true;
    if (json_object_get(spec, "classes")) {
        class_verdicts_t verdicts = {true_classes, said, count ? probabilities : NULL, rows,
                                     (size_t)json_integer_value(json_object_get(spec, "classes"))};
        json_t *positive = json_object_get(spec, "curves");
        scores = positive ? curves_of(&verdicts, (int32_t)json_integer_value(positive))
                          : score_classes(&verdicts);
        good = positive || agree(scores, &verdicts, NULL);
    } else if (json_object_get(spec, "curves")) {
        scores = histogram_of(predicted, rows);
    } else if (json_object_get(spec, "groups")) {
        size_t cells;
        size_t groups = (size_t)json_integer_value(json_object_get(spec, "groups"));
        double *x = numbers(spec, "x", &cells);
        double *squares = numbers(spec, "squares", &rows);
        group_verdicts_t verdicts = {x, rows, cells / rows, said, groups, squares};
        scores = score_groups(&verdicts, 0);
        free(squares);
        free(x);
    } else {
        number_verdicts_t verdicts = {truth, predicted, rows};
        scores = score_numbers(&verdicts);
        good = agree(scores, NULL, &verdicts);
    }
    json_dumpf(scores, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(scores);
    json_decref(spec);
    free(truth);
    free(predicted);
    free(probabilities);
    free(true_classes);
    free(said);
    return good ? 0 : 1;
}
