// SPDX-License-Identifier: MPL-2.0
// What a model is exported from, whatever the format.
#pragma once

#include "learn/features.h"
#include "learn/labels.h"

enum { EXPORT_BYTES_MAX = 1 << 30, EXPORT_FORMAT = 1 };

// The flow in `features` was fitted, or restored.
typedef struct {
    const features_t *features;
    const model_t *model;
    const labels_t *labels; // CLASSIFY
    int64_t rows;           // that it learned from
} export_t;
