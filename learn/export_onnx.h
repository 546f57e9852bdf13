// SPDX-License-Identifier: MPL-2.0
// A trained model, preparation and all, as an ONNX graph.
//
// The graph has an input [rows, 1] for each raw column that the model needs, under its name: float
// for numbers and truth values (NaN: missing), text for all else ("": missing). Classes come out as
// `label` [rows], of the type that the record's labels have, and `probabilities` [rows, classes] in
// their order; numbers as `variable` [rows, 1]; groups and outliers as an integer `label`. An
// output gets a `_` behind its name while a column has that name. A row with a missing value that
// no step fills has no answer that means something.
//
// All is of single precision: answers equal ours to about 1e-6, and a value may fall on the other
// side of what only the last digits tell apart.
#pragma once

#include "base/buf.h"
#include "learn/export.h"

// Appends the file. Errors: UNSUPPORTED for a step or an estimator without operators, which is
// named.
err_t export_onnx(const export_t *source, buf_t *out, fault_t *fault);
