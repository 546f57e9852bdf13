// SPDX-License-Identifier: MPL-2.0
// What is known of a table before it is read: its "Dataset description" (docs/documents.md) as a
// struct.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "data/field.h"
#include "data/csv/reader.h"
#include "data/value/levels.h"

typedef struct {
    char *name;
    type_t type;
    int64_t missing;
    int64_t distinct;
    bool constant; // numbers only: one value wherever there is one
} table_column_t;

typedef struct {
    int64_t rows;
    char delimiter;
    table_column_t *columns;
    size_t count;
    levels_t *names;
} table_t;

enum { TABLE_NO_COLUMN = -1 };

// Reads a description; the caller destroys *ret_table. Errors: INVALID.
err_t table_from_json(const json_t *description, table_t **ret_table, fault_t *fault);

// The index of a column, or TABLE_NO_COLUMN.
int64_t table_find(const table_t *table, const char *name);

// Opens the file with the table's delimiter and checks that its header is the described one; the
// caller destroys *ret_reader. Errors: CONFLICT when it is not; those of reader_open.
err_t table_open(const table_t *table, const char *path, reader_t **ret_reader, fault_t *fault);

void table_destroy(table_t **table);
