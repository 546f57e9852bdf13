// SPDX-License-Identifier: MPL-2.0
// The "Model record" of docs/documents.md.
#pragma once

#include <jansson.h>

#include "learn/predictions.h"

// Makes the record of a trained model. `recipe` and `self_check` are shared, `levels_max` is that
// of steps_json. A new reference.
json_t *record_make(const predictor_t *predictor, const scores_t *scores, json_t *recipe,
                    json_t *self_check, size_t levels_max);
