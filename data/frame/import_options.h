// SPDX-License-Identifier: MPL-2.0
// What a person says about a file that is imported, as the "Import options" of docs/documents.md.
#pragma once

#include <jansson.h>

#include "data/csv/csv.h"
#include "data/frame/cell.h"

typedef struct {
    csv_options_t csv;
    json_t *missing; // list of texts, NULL: the default ones. Owned
    json_t *columns; // by name: {"type", "format", "missing"}. Owned, may be NULL
} import_options_t;

// Reads options; `json` may be NULL. The caller releases *ret_options. Errors: INVALID, naming the
// option.
err_t import_options_read(const json_t *json, import_options_t *ret_options, fault_t *fault);

// The rules for a column; `comma` is the table's decimal mark. The caller releases them. Errors:
// INVALID, STEP_PARAMETER for a date format.
err_t import_options_rules(const import_options_t *options, const char *column, bool comma,
                           cell_rules_t *ret_rules, fault_t *fault);

// Errors: COLUMN_UNKNOWN when the options speak of a column that is not among the names.
err_t import_options_check(const import_options_t *options, char *const *names, size_t count,
                           fault_t *fault);

void import_options_release(import_options_t *options);
