// SPDX-License-Identifier: MPL-2.0
// The "Dataset description" (docs/documents.md) of an imported file.
#pragma once

#include <jansson.h>

#include "data/csv/csv.h"

// Takes over `columns`; `bad_lines` is borrowed. A new reference.
json_t *import_describe(const csv_t *csv, int64_t rows, json_t *columns, json_t *bad_lines,
                        int64_t bad_count);
