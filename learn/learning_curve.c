// SPDX-License-Identifier: MPL-2.0
#include "learn/learning_curve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/core/random.h"

static const double PREPARE_SHARE = 0.2;

typedef struct {
    const study_t *study;
    const char *score;
    folds_t folds;
    size_t *order; // of the sample's rows: which are taken first
} work_t;

// Scores of the folds, by the number of them that have one.
typedef struct {
    double sum;
    double squares;
    double count;
} tally_t;

static void add(tally_t *tally, const json_t *scores, const char *name)
{
    const json_t *value = json_object_get(scores, name);
    if (json_is_number(value)) {
        tally->sum += json_number_value(value);
        tally->squares += json_number_value(value) * json_number_value(value);
        tally->count += 1;
    }
}

static json_t *tally_to_json(const tally_t *tally)
{
    if (tally->count == 0) {
        return json_pack("{s:n, s:n}", "mean", "sd");
    }
    double mean = tally->sum / tally->count;
    double variance = fmax(tally->squares / tally->count - mean * mean, 0);
    return json_pack("{s:f, s:f}", "mean", mean, "sd", sqrt(variance));
}

static int by_time(const void *left, const void *right, void *context)
{
    const double *when = context;
    double a = when[*(const size_t *)left];
    double b = when[*(const size_t *)right];
    return (a < b) - (a > b);
}

static size_t *order_of(const study_t *study)
{
    const sample_t *sample = study->sample;
    size_t *order = mem_array(sample->count, sizeof *order);
    for (size_t i = 0; i < sample->count; i++) {
        order[i] = i;
    }
    if (sample->when) {
        qsort_r(order, sample->count, sizeof *order, by_time, sample->when);
    } else {
        random_t random = random_new((uint64_t)study->request->seed);
        random_shuffle(&random, order, sample->count);
    }
    return order;
}

// The fold's parts with only so many fifths of the training rows of each class.
static uint8_t *cut(const work_t *work, size_t fold, size_t fifths, size_t *ret_rows)
{
    const sample_t *sample = work->study->sample;
    size_t *left = mem_array(sample->labels.count + 1, sizeof *left);
    uint8_t *parts = mem_array(sample->count, 1);
    memcpy(parts, work->folds.parts[fold], sample->count);
    for (size_t i = 0; i < sample->count; i++) {
        left[sample->classes[i]] += parts[i] == PART_TRAIN;
    }
    for (size_t c = 0; c < sample->labels.count + 1; c++) {
        left[c] = (left[c] * fifths + LEARNING_CURVE_POINTS - 1) / LEARNING_CURVE_POINTS;
        *ret_rows += left[c];
    }
    for (size_t i = 0; i < sample->count; i++) {
        size_t row = work->order[i];
        if (parts[row] == PART_TRAIN && left[sample->classes[row]] > 0) {
            left[sample->classes[row]]--;
        } else if (parts[row] == PART_TRAIN) {
            parts[row] = PART_TEST;
        }
    }
    free(left);
    return parts;
}

static err_t make_point(const work_t *work, size_t fifths, const progress_t *progress,
                        json_t **ret_point, fault_t *fault)
{
    size_t count = work->folds.count;
    size_t rows = 0;
    tally_t train = {0};
    tally_t judge = {0};
    err_t err = ERR_OK;
    for (size_t f = 0; f < count && err == ERR_OK; f++) {
        progress_t part =
            progress_part(progress, (double)f / (double)count, (double)(f + 1) / (double)count);
        uint8_t *parts = cut(work, f, fifths, &rows);
        json_t *judged = NULL;
        json_t *trained = NULL;
        err = progress_report(&part, 0, "learning curve")
                  ? folds_judge_parts(&work->folds, f, work->study->request, parts, &part, &judged,
                                      &trained, fault)
                  : fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
        if (err != ERR_CANCELLED) {
            err = ERR_OK; // what is too few rows for the estimator has no score
        }
        add(&judge, judged, work->score);
        add(&train, trained, work->score);
        json_decref(judged);
        json_decref(trained);
        free(parts);
    }
    if (err == ERR_OK) {
        *ret_point =
            json_pack("{s:f, s:f, s:o, s:o}", "share", (double)fifths / LEARNING_CURVE_POINTS,
                      "rows", (double)rows / (double)count, "train", tally_to_json(&train),
                      "validation", tally_to_json(&judge));
    }
    return err;
}

err_t learning_curve_run(const study_t *study, const char *score, const progress_t *progress,
                         json_t **ret_curve, fault_t *fault)
{
    work_t work = {.study = study, .score = score};
    size_t folds = study->request->folds ? study->request->folds : REQUEST_FOLDS;
    progress_t preparing = progress_part(progress, 0, PREPARE_SHARE);
    progress_t judging = progress_part(progress, PREPARE_SHARE, 1);
    err_t err = folds_make(study, folds, &preparing, &work.folds, fault);
    if (err != ERR_OK) {
        return err;
    }
    work.order = order_of(study);
    json_t *points = json_array();
    for (size_t p = 1; p <= LEARNING_CURVE_POINTS && err == ERR_OK; p++) {
        json_t *point = NULL;
        // the work grows with the rows
        double all = LEARNING_CURVE_POINTS * (LEARNING_CURVE_POINTS + 1);
        progress_t part =
            progress_part(&judging, (double)(p * (p - 1)) / all, (double)(p * (p + 1)) / all);
        err = make_point(&work, p, &part, &point, fault);
        json_array_append_new(points, point ? point : json_null());
    }
    if (err == ERR_OK) {
        *ret_curve = json_pack("{s:s, s:I, s:O}", "score", score, "folds", (json_int_t)folds,
                               "points", points);
    }
    json_decref(points);
    free(work.order);
    folds_release(&work.folds);
    return err;
}
