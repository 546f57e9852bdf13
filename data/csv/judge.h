// SPDX-License-Identifier: MPL-2.0
// What a whole row must be like besides what libcsv asks.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

// Whether the bytes of the row that starts on `line` are UTF-8. Errors: CSV_ENCODING, with the line
// of the first byte that is not.
err_t judge_encoding(const char *bytes, size_t size, int64_t line, fault_t *fault);

// Whether the row on `line` has as many fields as the header. Errors: CSV_RAGGED.
err_t judge_width(size_t fields, size_t columns, int64_t line, fault_t *fault);
