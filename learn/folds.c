// SPDX-License-Identifier: MPL-2.0
#include "learn/folds.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static err_t make_one(folds_t *folds, size_t fold, const progress_t *progress, fault_t *fault)
{
    const study_t *study = folds->study;
    const sample_t *sample = study->sample;
    uint8_t *train = mem_array(sample->count, 1);
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
    folds_t folds = {.study = study,
                     .preparations = mem_array(count, sizeof *folds.preparations),
                     .parts = mem_array(count, sizeof *folds.parts),
                     .count = count};
    err_t err = partition_folds(study->sample, study->request, count, folds.parts, fault);
    for (size_t f = 0; f < count && err == ERR_OK; f++) {
        progress_t part =
            progress_part(progress, (double)f / (double)count, (double)(f + 1) / (double)count);
        err = make_one(&folds, f, &part, fault);
    }
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
    uint8_t *parts = thinned(folds->study->sample, folds->parts[fold], share);
    err_t err = folds_judge_parts(folds, fold, request, parts, progress, ret_scores, NULL, fault);
    free(parts);
    return err;
}

err_t folds_judge_parts(const folds_t *folds, size_t fold, const request_t *request,
                        const uint8_t *parts, const progress_t *progress, json_t **ret_scores,
                        json_t **ret_trained, fault_t *fault)
{
    const sample_t *sample = folds->study->sample;
    const examples_t *examples = &folds->preparations[fold].examples;
    portion_t train = portion_take(examples, sample, parts, PART_TRAIN);
    portion_t judge = portion_take(examples, sample, parts, PART_JUDGE);
    model_t *model = NULL;
    err_t err = portion_fit(&train, &sample->labels, request, progress, &model, fault);
    if (err == ERR_OK) {
        *ret_scores = portion_score(&judge, model, NULL);
        if (ret_trained) {
            *ret_trained = portion_score(&train, model, NULL);
        }
        model_destroy(&model);
    }
    portion_release(&train);
    portion_release(&judge);
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
