// SPDX-License-Identifier: MPL-2.0
// How far a table has moved from the one that a model learned from: the population stability index
// of each feature, sum((a - e) ln(a / e)) over bins with shares e then and a now (N. Siddiqi,
// Credit Risk Scorecards, 2006). Bins are the tenths of the training rows for numbers and dates,
// the DRIFT_LEVELS most frequent values and one for the others for texts; missing cells are a bin
// of their own. A share below 1e-4 counts as 1e-4. By custom, below 0.1 little has changed, above
// 0.25 much.
#pragma once

#include <jansson.h>

#include "base/progress.h"
#include "data/frame/frame.h"

enum { DRIFT_BINS = 10, DRIFT_LEVELS = 20 };

// The shares of the rows whose byte in `keep` is set, for some columns of a frame: the record's
// "reference" (docs/documents.md). The caller owns *ret_reference. Errors: IO, CORRUPT.
err_t drift_reference(const frame_t *frame, const size_t *columns, size_t count,
                      const uint8_t *keep, json_t **ret_reference, fault_t *fault);

// Compares a frame, whose columns have the types of the reference's, with it: the "Drift" of
// docs/documents.md, the columns that moved most first. The reference may be anything. The caller
// owns *ret_drift. Errors: COLUMN_UNKNOWN, CORRUPT, IO, CANCELLED.
err_t drift_report(const json_t *reference, const frame_t *frame, const progress_t *progress,
                   json_t **ret_drift, fault_t *fault);
