// SPDX-License-Identifier: MPL-2.0
// The model that is kept learns from every row that counts, once the test rows have judged it.
#pragma once

#include "learn/material.h"
#include "learn/preparation.h"

// Fits preparation and model again, on the training rows and the test rows; what stands in
// *preparation and *model is released before, so that no two of them are in memory at once. On an
// error both are empty. Errors: CANCELLED; those of preparation_make, portion_fit.
err_t refit(const material_t *material, const progress_t *progress, preparation_t *preparation,
            model_t **model, fault_t *fault);
