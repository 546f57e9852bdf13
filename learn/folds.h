// SPDX-License-Identifier: MPL-2.0
// The training rows in parts, each left out once: what models are judged by while the test rows
// stay unseen. The preparation is fitted anew without each part, so that no row it is judged by has
// a say in it.
#pragma once

#include "learn/partition.h"
#include "learn/portion.h"
#include "learn/preparation.h"

typedef struct {
    const frame_t *frame;
    const recipe_t *recipe;
    const request_t *request;
    const sample_t *sample;
} study_t;

typedef struct {
    const study_t *study;
    preparation_t *preparations; // of each fold
    uint8_t **parts;             // of each fold: the part of each row of the sample
    size_t count;
} folds_t;

// Deals and prepares `count` folds. Everything is borrowed but what is made. The caller releases
// *ret_folds.
//
// Errors: those of partition_folds and preparation_make.
err_t folds_make(const study_t *study, size_t count, const progress_t *progress, folds_t *ret_folds,
                 fault_t *fault);

// Fits a model on a fold's training rows, of which one of `share` is used, and scores it by the
// others: *ret_scores is what portion_score makes. Errors: those of portion_fit.
err_t folds_judge(const folds_t *folds, size_t fold, const request_t *request, uint32_t share,
                  const progress_t *progress, json_t **ret_scores, fault_t *fault);

// The same with other parts than the fold's own: PART_TRAIN and PART_JUDGE of each row of the
// sample. With `ret_trained` also what the model's own training rows say.
err_t folds_judge_parts(const folds_t *folds, size_t fold, const request_t *request,
                        const uint8_t *parts, const progress_t *progress, json_t **ret_scores,
                        json_t **ret_trained, fault_t *fault);

void folds_release(folds_t *folds);
