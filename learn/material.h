// SPDX-License-Identifier: MPL-2.0
// What a training works with: the request, the recipe over the whole table, the rows that count.
#pragma once

#include "learn/folds.h"

typedef struct {
    const frame_t *frame; // borrowed
    request_t request;
    flow_t *whole; // of the whole recipe, fitted on all rows: it says which rows count
    sample_t sample;
} material_t;

// Reads the documents and finds the rows that count. `frame` is borrowed; a `recipe` of NULL has no
// steps. The caller releases *ret_material. Errors: those of request_parse, flow_read, fit_flow,
// sample_read.
err_t material_make(const frame_t *frame, const json_t *recipe, const json_t *training,
                    const progress_t *progress, material_t *ret_material, fault_t *fault);

// The material as what is studied; borrowed.
study_t material_study(const material_t *material);

void material_release(material_t *material);
