// SPDX-License-Identifier: MPL-2.0
// A fault as a JSON document (docs/documents.md, "Issues"), and back.
#pragma once

#include <jansson.h>

#include "base/fault.h"

// {"code": "CSV_RAGGED", "step": 0, "column": "", "line": 5, "detail": "...", "remedy": "..."}. A
// new reference; bytes of a text that are not UTF-8 are replaced by '?'.
json_t *fault_to_json(const fault_t *fault);

// Fills `fault` from such a document. Absent fields, fields of another kind and an unknown code
// (INTERNAL) are tolerated, because the other side may be newer. Returns the code.
err_t fault_from_json(const json_t *json, fault_t *fault);
