// SPDX-License-Identifier: MPL-2.0
#include "learn/insight.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "learn/curves.h"
#include "learn/dependence.h"
#include "learn/draw.h"
#include "learn/figures.h"
#include "learn/importance.h"

enum {
    IMPORTANCES_MAX = 100, // features in the record, the most important first
    DEPENDENCES_MAX = 6,
};

static const double CURVES_DONE = 0.1;
static const double IMPORTANCE_DONE = 0.6; // of the progress, and of the time

typedef struct {
    const insight_t *of;
    json_t *json;
    json_t *left_out; // sentences
    size_t *order;    // places in the request's features, the most important first
    double *means;    // by feature: NAN where nothing is known
} work_t;

static const request_t *request_of(const work_t *work)
{
    return work->of->preparation->features.request;
}

static int64_t after(double seconds)
{
    return clock_mono_ms() + (int64_t)(seconds * 1e3);
}

static void leave_out(work_t *work, char *sentence)
{
    json_array_append_new(work->left_out, json_string(sentence));
    free(sentence);
}

// --- Curves ------------------------------------------------------------------------------------

static void add_curves(work_t *work)
{
    const insight_t *of = work->of;
    const labels_t *labels = &of->sample->labels;
    if (of->model->task == TASK_REGRESS) {
        json_object_set_new(work->json, "residuals",
                            curves_of_numbers(of->test, of->model, INSIGHT_POINTS_MAX,
                                              (uint64_t)request_of(work)->seed));
        return;
    }
    if (!of->model->estimator->probabilities) {
        leave_out(work, text_format("Curves: the algorithm gives no probabilities."));
        return;
    }
    double *probabilities = curves_probabilities(of->test, of->model);
    json_t *gain = curves_of_gain(of->test, labels, probabilities);
    json_object_set_new(work->json, "classes",
                        curves_of_classes(of->test, labels, probabilities, INSIGHT_CLASSES_MAX));
    free(probabilities);
    if (gain) {
        json_object_set_new(work->json, "gain", gain);
    }
    if (labels->count > INSIGHT_CLASSES_MAX) {
        leave_out(work, text_format("Curves: they are of the %d labels with the most test rows.",
                                    INSIGHT_CLASSES_MAX));
    }
}

// The numbers in the table of some test rows.
static int64_t *numbers_of(const sample_t *sample, const size_t *rows, size_t count)
{
    int64_t *numbers = mem_array(count + 1, sizeof *numbers);
    size_t test = 0;
    size_t next = 0;
    for (size_t i = 0; i < sample->count && next < count; i++) {
        if (sample->test[i] && test++ == rows[next]) {
            numbers[next++] = sample->numbers[i];
        }
    }
    return numbers;
}

// --- Importance --------------------------------------------------------------------------------

static int by_importance(const void *left, const void *right, void *context)
{
    const double *means = context;
    size_t a = *(const size_t *)left;
    size_t b = *(const size_t *)right;
    if (means[a] == means[b] || isnan(means[a])) {
        return (a > b) - (a < b);
    }
    return means[a] < means[b] ? 1 : -1;
}

static json_t *importances_to_json(const work_t *work, const importance_t *importance)
{
    const features_t *features = &work->of->preparation->features;
    const request_t *request = features->request;
    json_t *list = json_array();
    size_t count = importance->repeats > 0 ? request->features_count : 0;
    for (size_t i = 0; i < count && i < IMPORTANCES_MAX; i++) {
        size_t f = work->order[i];
        json_array_append_new(list, json_pack("{s:s, s:o, s:o}", "name",
                                              frame_name(features->frame, request->features[f]),
                                              "mean", figures_real(importance->means[f]), "sd",
                                              figures_real(importance->sds[f])));
    }
    return list;
}

static void take_importance(work_t *work, const importance_t *importance, size_t rows)
{
    size_t count = request_of(work)->features_count;
    for (size_t f = 0; f < count; f++) {
        work->means[f] = importance->means[f];
    }
    qsort_r(work->order, count, sizeof *work->order, by_importance, work->means);
    json_object_set_new(work->json, "importance",
                        json_pack("{s:s, s:o, s:I, s:I, s:o}", "score", work->of->score, "base",
                                  figures_real(importance->base), "rows", (json_int_t)rows,
                                  "repeats", (json_int_t)importance->repeats, "features",
                                  importances_to_json(work, importance)));
    if (!isfinite(importance->base)) {
        leave_out(work, text_format("Importance: the test rows have no %s.", work->of->score));
    } else if (importance->repeats < IMPORTANCE_REPEATS) {
        leave_out(work, text_format("Importance: the time was over after %zu of %d shuffles of "
                                    "each column.",
                                    importance->repeats, IMPORTANCE_REPEATS));
    }
}

static err_t add_importance(work_t *work, const progress_t *progress, fault_t *fault)
{
    const insight_t *of = work->of;
    const request_t *request = request_of(work);
    double seconds = of->seconds * IMPORTANCE_DONE;
    int64_t deadline_ms = after(seconds);
    double times = (double)request->features_count * IMPORTANCE_REPEATS + 1;
    size_t count = draw_affordable(of->test, of->model, times, seconds, INSIGHT_ROWS_MIN,
                                   INSIGHT_IMPORTANCE_ROWS);
    size_t *rows = draw_rows(of->test, count, (uint64_t)request->seed, &count);
    portion_t portion = draw_portion(of->test, rows, count);
    int64_t *numbers = numbers_of(of->sample, rows, count);
    importance_t importance;
    err_t err =
        importance_measure(&of->preparation->features, of->model, &portion, numbers, of->score,
                           (uint64_t)request->seed, deadline_ms, progress, &importance, fault);
    if (err == ERR_OK) {
        take_importance(work, &importance, count);
        importance_release(&importance);
    }
    portion_release(&portion);
    free(numbers);
    free(rows);
    return err;
}

// --- Dependence --------------------------------------------------------------------------------

// The numeric features with the most importance, as columns of the table.
static size_t choose_features(const work_t *work, size_t ret_features[DEPENDENCES_MAX])
{
    const features_t *features = &work->of->preparation->features;
    const request_t *request = features->request;
    size_t count = 0;
    for (size_t i = 0; i < request->features_count && count < DEPENDENCES_MAX; i++) {
        size_t column = request->features[work->order[i]];
        if (type_in(frame_type(features->frame, column), TYPES_NUMBER)) {
            ret_features[count++] = column;
        }
    }
    return count;
}

static err_t measure_all(work_t *work, remake_t *remake, const portion_t *portion,
                         int64_t deadline_ms, const progress_t *progress, json_t *list,
                         fault_t *fault)
{
    const insight_t *of = work->of;
    size_t features[DEPENDENCES_MAX];
    size_t count = choose_features(work, features);
    for (size_t f = 0; f < count; f++) {
        if (!progress_report(progress, (double)f / (double)count, "dependence")) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
        }
        if (clock_mono_ms() >= deadline_ms) {
            leave_out(work, text_format("Dependence: the time was over after %zu of %zu columns.",
                                        f, count));
            return ERR_OK;
        }
        json_t *one =
            dependence_measure(remake, &of->sample->labels, of->model, portion, features[f]);
        if (one) {
            json_array_append_new(list, one);
        }
    }
    return ERR_OK;
}

static const char *what_depends(const model_t *model)
{
    return model->task == TASK_REGRESS       ? "prediction"
           : model->estimator->probabilities ? "probability"
                                             : "share";
}

static err_t add_dependence(work_t *work, int64_t deadline_ms, const progress_t *progress,
                            fault_t *fault)
{
    const insight_t *of = work->of;
    double seconds = fmax((double)(deadline_ms - clock_mono_ms()) / 1e3, 0);
    size_t count = draw_affordable(of->test, of->model, (double)DEPENDENCES_MAX * DEPENDENCE_POINTS,
                                   seconds, INSIGHT_ROWS_MIN, INSIGHT_DEPENDENCE_ROWS);
    size_t *rows = draw_rows(of->test, count, (uint64_t)request_of(work)->seed, &count);
    portion_t portion = draw_portion(of->test, rows, count);
    int64_t *numbers = numbers_of(of->sample, rows, count);
    json_t *list = json_array();
    remake_t remake;
    err_t err = remake_new(&of->preparation->features, numbers, count, &remake, fault);
    if (err == ERR_OK) {
        err = measure_all(work, &remake, &portion, deadline_ms, progress, list, fault);
        remake_release(&remake);
    }
    json_object_set_new(work->json, "dependence",
                        json_pack("{s:s, s:I, s:o}", "of", what_depends(of->model), "rows",
                                  (json_int_t)count, "features", list));
    free(numbers);
    free(rows);
    portion_release(&portion);
    return err;
}

// --- All of it ---------------------------------------------------------------------------------

static err_t look(work_t *work, fault_t *fault)
{
    const insight_t *of = work->of;
    progress_t important = progress_part(of->progress, CURVES_DONE, IMPORTANCE_DONE);
    progress_t dependent = progress_part(of->progress, IMPORTANCE_DONE, 1);
    int64_t deadline_ms = after(of->seconds);
    if (!progress_report(of->progress, 0, "curves")) {
        return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
    }
    add_curves(work);
    err_t err = add_importance(work, &important, fault);
    return err == ERR_OK ? add_dependence(work, deadline_ms, &dependent, fault) : err;
}

err_t insight_make(const insight_t *of, json_t **ret_insight, fault_t *fault)
{
    size_t features = of->preparation->features.request->features_count;
    work_t work = {.of = of,
                   .json = json_pack("{s:I}", "rows", (json_int_t)of->test->matrix.rows),
                   .left_out = json_array(),
                   .order = mem_array(features, sizeof *work.order),
                   .means = mem_array(features, sizeof *work.means)};
    for (size_t f = 0; f < features; f++) {
        work.order[f] = f;
    }
    err_t err = look(&work, fault);
    free(work.order);
    free(work.means);
    json_object_set_new(work.json, "left_out", work.left_out);
    if (err != ERR_OK) {
        json_decref(work.json);
        return err;
    }
    *ret_insight = work.json;
    return ERR_OK;
}
