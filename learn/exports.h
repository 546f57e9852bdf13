// SPDX-License-Identifier: MPL-2.0
// The formats that models are exported in, for those who run them elsewhere.
#pragma once

#include "learn/export.h"

// "pkl", "onnx", "svm" and "ubj" in turn, NULL behind the last.
const char *exports_format(size_t i);

// Appends the model in a format. Errors: HYPERPARAMETER for a format that there is not;
// UNSUPPORTED when the model has no such form, with the reason; TOO_LARGE.
err_t exports_make(const export_t *source, const char *format, buf_t *out, fault_t *fault);

// Writes the model to `folder` in each format that it has, as model.<format>, on disk. *ret_exports
// tells of each: {"model.pkl": {"bytes", "sha256"}, "model.onnx": {"refused": why}}; formats of
// another library than the model's are not there. The caller owns it. Errors: IO, FULL.
err_t exports_write(const export_t *source, const char *folder, json_t **ret_exports,
                    fault_t *fault);

// Removes what a training that failed later has written.
void exports_remove(const char *folder);
