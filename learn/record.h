// SPDX-License-Identifier: MPL-2.0
// The "Model record" of docs/documents.md.
#pragma once

#include <jansson.h>

#include "learn/predictions.h"

// How good the model is.
typedef struct {
    json_t *scores;     // owned
    json_t *insight;    // owned
    int64_t *confusion; // of the test rows: [truth * classes + prediction]; owned
} judgement_t;

// Whether the kept model learned from a row of its sample, and from how many.
bool record_learned(const predictor_t *predictor, size_t row);
int64_t record_rows(const predictor_t *predictor);

// Makes the record of a trained model. `recipe` and `self_check` are shared, `levels_max` is that
// of steps_json. A new reference.
json_t *record_make(const predictor_t *predictor, const judgement_t *judgement, json_t *recipe,
                    json_t *self_check, size_t levels_max);
