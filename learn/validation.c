// SPDX-License-Identifier: MPL-2.0
#include "learn/validation.h"

#include <math.h>

static const double PREPARE_SHARE = 0.3;

// One score over all folds: folds that could not tell it are left out.
static json_t *summarize(const json_t *folds, const char *name)
{
    json_t *values = json_array();
    double sum = 0;
    double squares = 0;
    size_t count = 0;
    size_t i;
    json_t *scores;
    json_array_foreach((json_t *)folds, i, scores)
    {
        json_t *value = json_object_get(scores, name);
        json_array_append(values, value);
        count += json_is_number(value);
        sum += json_number_value(value);
    }
    double mean = count ? sum / (double)count : 0;
    json_array_foreach(values, i, scores)
    {
        squares += json_is_number(scores) ? pow(json_number_value(scores) - mean, 2) : 0;
    }
    return json_pack("{s:o, s:o, s:o}", "mean", count ? json_real(mean) : json_null(), "sd",
                     count ? json_real(sqrt(squares / (double)count)) : json_null(), "folds",
                     values);
}

static json_t *summarize_all(const json_t *folds)
{
    json_t *summary = json_object();
    const char *name;
    json_t *value;
    json_object_foreach(json_array_get(folds, 0), name, value)
    {
        json_object_set_new(summary, name, summarize(folds, name));
    }
    return summary;
}

static err_t judge_all(const folds_t *folds, const progress_t *progress, json_t *all,
                       fault_t *fault)
{
    err_t err = ERR_OK;
    double count = (double)folds->count;
    for (size_t f = 0; f < folds->count && err == ERR_OK; f++) {
        progress_t part = progress_part(progress, (double)f / count, (double)(f + 1) / count);
        json_t *scores = NULL;
        err = folds_judge(folds, f, folds->study->request, 1, &part, &scores, fault);
        json_array_append_new(all, scores ? scores : json_null());
    }
    return err;
}

// How many rows each fold learned from and was judged by.
static json_t *rows_to_json(const folds_t *folds)
{
    json_t *list = json_array();
    for (size_t f = 0; f < folds->count; f++) {
        json_int_t counts[3] = {0};
        for (size_t i = 0; i < folds->study->sample->count; i++) {
            counts[folds->parts[f][i]]++;
        }
        json_array_append_new(list, json_pack("{s:I, s:I}", "train", counts[PART_TRAIN], "judged",
                                              counts[PART_JUDGE]));
    }
    return list;
}

err_t validation_run(const study_t *study, const progress_t *progress, json_t **ret_result,
                     fault_t *fault)
{
    folds_t folds;
    progress_t preparing = progress_part(progress, 0, PREPARE_SHARE);
    progress_t judging = progress_part(progress, PREPARE_SHARE, 1);
    err_t err = folds_make(study, study->request->folds, &preparing, &folds, fault);
    if (err != ERR_OK) {
        return err;
    }
    json_t *all = json_array();
    err = judge_all(&folds, &judging, all, fault);
    if (err == ERR_OK) {
        *ret_result = json_pack("{s:I, s:o, s:o}", "folds", (json_int_t)folds.count, "rows",
                                rows_to_json(&folds), "scores", summarize_all(all));
    }
    json_decref(all);
    folds_release(&folds);
    return err;
}
