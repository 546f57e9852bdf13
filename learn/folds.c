// SPDX-License-Identifier: MPL-2.0
#include "learn/folds.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/split.h"

// A label with one training row would be missing where that row is judged.
static err_t check_rows(const sample_t *sample, fault_t *fault)
{
    const labels_t *labels = &sample->labels;
    size_t *rows = mem_array(labels->count + 1, sizeof *rows);
    for (size_t i = 0; i < sample->count; i++) {
        rows[sample->classes[i]] += !sample->test[i];
    }
    err_t err = ERR_OK;
    for (size_t c = 0; c < labels->count && err == ERR_OK; c++) {
        if (rows[c] < 2) {
            err = fault_set(fault, ERR_TARGET, "leave 'folds' out, or add rows of this label",
                            "the label '%.100s' has %zu training row; a cross-validation needs two",
                            labels->items[c].text, rows[c]);
        }
    }
    free(rows);
    return err;
}

// The fold of each training row.
static uint32_t *deal(const study_t *study, size_t count)
{
    const sample_t *sample = study->sample;
    int32_t *classes = mem_array(sample->count, sizeof *classes);
    uint32_t *folds = mem_array(sample->count, sizeof *folds);
    size_t rows = 0;
    for (size_t i = 0; i < sample->count; i++) {
        if (!sample->test[i]) {
            classes[rows++] = sample->classes[i];
        }
    }
    bool labels = study->request->task == TASK_CLASSIFY;
    split_folds(labels ? classes : NULL, rows, sample->labels.count, count,
                (uint64_t)study->request->seed, folds);
    free(classes);
    return folds;
}

static uint8_t *parts_of(const sample_t *sample, const uint32_t *dealt, uint32_t fold)
{
    uint8_t *parts = mem_array(sample->count, 1);
    size_t next = 0;
    for (size_t i = 0; i < sample->count; i++) {
        bool judge = !sample->test[i] && dealt[next] == fold;
        parts[i] = sample->test[i] ? PART_TEST : judge ? PART_JUDGE : PART_TRAIN;
        next += !sample->test[i];
    }
    return parts;
}

static err_t make_one(folds_t *folds, const uint32_t *dealt, size_t fold,
                      const progress_t *progress, fault_t *fault)
{
    const study_t *study = folds->study;
    const sample_t *sample = study->sample;
    uint8_t *train = mem_array(sample->count, 1);
    folds->parts[fold] = parts_of(sample, dealt, (uint32_t)fold);
    for (size_t i = 0; i < sample->count; i++) {
        train[i] = folds->parts[fold][i] == PART_TRAIN;
    }
    err_t err = preparation_make(study->frame, study->recipe, study->request, sample, train,
                                 progress, &folds->preparations[fold], fault);
    free(train);
    return err;
}

err_t folds_make(const study_t *study, size_t count, const progress_t *progress, folds_t *ret_folds,
                 fault_t *fault)
{
    err_t err = check_rows(study->sample, fault);
    if (err != ERR_OK) {
        return err;
    }
    folds_t folds = {.study = study,
                     .preparations = mem_array(count, sizeof *folds.preparations),
                     .parts = mem_array(count, sizeof *folds.parts),
                     .count = count};
    uint32_t *dealt = deal(study, count);
    for (size_t f = 0; f < count && err == ERR_OK; f++) {
        progress_t part =
            progress_part(progress, (double)f / (double)count, (double)(f + 1) / (double)count);
        err = make_one(&folds, dealt, f, &part, fault);
    }
    free(dealt);
    if (err != ERR_OK) {
        folds_release(&folds);
        return err;
    }
    *ret_folds = folds;
    return ERR_OK;
}

// The parts when only one of `share` training rows of each class is used, the first one always.
static uint8_t *thinned(const sample_t *sample, const uint8_t *parts, uint32_t share)
{
    uint8_t *thin = mem_array(sample->count, 1);
    size_t *seen = mem_array(sample->labels.count + 1, sizeof *seen);
    for (size_t i = 0; i < sample->count; i++) {
        bool out = parts[i] == PART_TRAIN && seen[sample->classes[i]]++ % share != 0;
        thin[i] = out ? PART_TEST : parts[i];
    }
    free(seen);
    return thin;
}

err_t folds_judge(const folds_t *folds, size_t fold, const request_t *request, uint32_t share,
                  const progress_t *progress, json_t **ret_scores, fault_t *fault)
{
    const sample_t *sample = folds->study->sample;
    const examples_t *examples = &folds->preparations[fold].examples;
    uint8_t *parts = thinned(sample, folds->parts[fold], share);
    portion_t train = portion_take(examples, sample, parts, PART_TRAIN);
    portion_t judge = portion_take(examples, sample, parts, PART_JUDGE);
    model_t *model = NULL;
    err_t err = portion_fit(&train, &sample->labels, request, progress, &model, fault);
    if (err == ERR_OK) {
        *ret_scores = portion_score(&judge, model, NULL);
        model_destroy(&model);
    }
    portion_release(&train);
    portion_release(&judge);
    free(parts);
    return err;
}

void folds_release(folds_t *folds)
{
    for (size_t f = 0; f < folds->count; f++) {
        preparation_release(&folds->preparations[f]);
        free(folds->parts[f]);
    }
    free(folds->preparations);
    free(folds->parts);
    *folds = (folds_t){0};
}
