// SPDX-License-Identifier: MPL-2.0
#include "learn/curves.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "learn/draw.h"
#include "learn/figures.h"
#include "model/score/bins.h"
#include "model/score/curve.h"

// --- Classes -----------------------------------------------------------------------------------

double *curves_probabilities(const portion_t *rows, const model_t *model)
{
    double *probabilities = mem_array(rows->matrix.rows * model->classes, sizeof *probabilities);
    model->estimator->probabilities(model, &rows->matrix, probabilities);
    return probabilities;
}

static json_t *curve_to_json(const curve_t *curve, double area)
{
    return json_pack("{s:o, s:o, s:o}", "area", figures_real(area), "x",
                     figures_reals(curve->x, curve->count), "y",
                     figures_reals(curve->y, curve->count));
}

static json_t *calibration_to_json(const portion_t *rows, const double *probabilities,
                                   size_t classes, size_t class)
{
    calibration_t calibration;
    bins_calibration(probabilities + class, classes, rows->classes, (int32_t) class,
                     rows->matrix.rows, &calibration);
    return json_pack("{s:o, s:o, s:o}", "said", figures_reals(calibration.said, calibration.count),
                     "seen", figures_reals(calibration.seen, calibration.count), "rows",
                     figures_counts(calibration.rows, calibration.count));
}

static json_t *class_to_json(const portion_t *rows, const labels_t *labels,
                             const double *probabilities, size_t class)
{
    curve_t curve;
    ranking_t ranking = ranking_make(probabilities + class, labels->count, rows->classes,
                                     (int32_t) class, rows->matrix.rows);
    json_t *json = NULL;
    if (ranking.positives > 0 && ranking.negatives > 0) {
        json = json_pack("{s:o, s:I}", "label", labels_to_json(labels, class), "rows",
                         (json_int_t)ranking.positives);
        curve_roc(&ranking, &curve);
        json_object_set_new(json, "roc", curve_to_json(&curve, ranking_roc_auc(&ranking)));
        curve_precision_recall(&ranking, &curve);
        json_object_set_new(json, "precision_recall",
                            curve_to_json(&curve, ranking_average_precision(&ranking)));
        json_object_set_new(json, "calibration",
                            calibration_to_json(rows, probabilities, labels->count, class));
    }
    ranking_release(&ranking);
    return json;
}

// The classes by their rows, the most first.
typedef struct {
    size_t class;
    int64_t rows;
} share_t;

static int from_the_most(const void *left, const void *right)
{
    const share_t *a = left;
    const share_t *b = right;
    int by_rows = (a->rows < b->rows) - (a->rows > b->rows);
    return by_rows ? by_rows : (a->class > b->class) - (a->class < b->class);
}

static share_t *shares_of(const portion_t *rows, size_t classes)
{
    share_t *shares = mem_array(classes, sizeof *shares);
    for (size_t c = 0; c < classes; c++) {
        shares[c].class = c;
    }
    for (size_t i = 0; i < rows->matrix.rows; i++) {
        shares[rows->classes[i]].rows++;
    }
    qsort(shares, classes, sizeof *shares, from_the_most);
    return shares;
}

json_t *curves_of_classes(const portion_t *rows, const labels_t *labels,
                          const double *probabilities, size_t most)
{
    json_t *list = json_array();
    share_t *shares = shares_of(rows, labels->count);
    for (size_t i = 0; i < labels->count && json_array_size(list) < most; i++) {
        bool wanted = labels->count > 2 || shares[i].class == 1;
        json_t *json = wanted ? class_to_json(rows, labels, probabilities, shares[i].class) : NULL;
        if (json) {
            json_array_append_new(list, json);
        }
    }
    free(shares);
    return list;
}

json_t *curves_of_gain(const portion_t *rows, const labels_t *labels, const double *probabilities)
{
    if (labels->count != 2) {
        return NULL;
    }
    ranking_t ranking = ranking_make(probabilities + 1, 2, rows->classes, 1, rows->matrix.rows);
    json_t *json = NULL;
    if (ranking.positives > 0 && ranking.negatives > 0) {
        double gain[GAIN_PARTS];
        double lift[GAIN_PARTS];
        curve_gain(&ranking, gain);
        for (size_t i = 0; i < GAIN_PARTS; i++) {
            lift[i] = gain[i] * GAIN_PARTS / (double)(i + 1);
        }
        json = json_pack("{s:o, s:o, s:o}", "label", labels_to_json(labels, 1), "gain",
                         figures_reals(gain, GAIN_PARTS), "lift", figures_reals(lift, GAIN_PARTS));
    }
    ranking_release(&ranking);
    return json;
}

// --- Numbers -----------------------------------------------------------------------------------

static void set_pairs(json_t *json, const portion_t *rows, const double *said, size_t most,
                      uint64_t seed)
{
    size_t count;
    size_t *drawn = draw_rows(rows, most, seed, &count);
    json_t *truth = json_array();
    json_t *predicted = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(truth, figures_real(rows->targets[drawn[i]]));
        json_array_append_new(predicted, figures_real(said[drawn[i]]));
    }
    json_object_set_new(json, "truth", truth);
    json_object_set_new(json, "predicted", predicted);
    free(drawn);
}

json_t *curves_of_numbers(const portion_t *rows, const model_t *model, size_t most, uint64_t seed)
{
    size_t count = rows->matrix.rows;
    double *said = mem_array(count, sizeof *said);
    double *residuals = mem_array(count, sizeof *residuals);
    double mean = 0;
    double squares = 0;
    histogram_t histogram;
    json_t *json = json_object();
    model->estimator->predict(model, &rows->matrix, said);
    for (size_t i = 0; i < count; i++) {
        residuals[i] = rows->targets[i] - said[i];
        mean += residuals[i] / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        squares += (residuals[i] - mean) * (residuals[i] - mean);
    }
    set_pairs(json, rows, said, most, seed);
    bins_histogram(residuals, count, &histogram);
    json_object_set_new(json, "histogram",
                        json_pack("{s:o, s:o}", "edges",
                                  figures_reals(histogram.edges, HISTOGRAM_BINS + 1), "rows",
                                  figures_counts(histogram.rows, HISTOGRAM_BINS)));
    json_object_set_new(json, "mean", figures_real(mean));
    json_object_set_new(json, "sd", figures_real(sqrt(squares / (double)count)));
    free(said);
    free(residuals);
    return json;
}
