// SPDX-License-Identifier: MPL-2.0
// SQLite with less ceremony: bound parameters by a type string, rows as a document.
//
// Type string, one letter a parameter: `s` const char * (NULL is NULL), `i` int64_t, `r` double,
// `j` const json_t * (stored as JSON text, NULL is NULL), `b` const void * and size_t (two
// arguments). Result columns become keys; a name ending in ":json" is parsed, ":bool" is made true
// or false, and the ending is cut off.
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "base/fault.h"

typedef struct sql sql_t;

// Opens or creates a database: WAL, synchronous=FULL (what is committed survives power loss),
// foreign keys. `migrations` are run in order, each once, counted by user_version; the list ends
// with NULL. A database of a newer version is refused.
err_t sql_open(const char *path, const char *const *migrations, sql_t **ret_sql, fault_t *fault);

void sql_close(sql_t **sql);

// Runs a statement that returns no rows. ERR_CONFLICT when a uniqueness rule is broken, ERR_FULL on
// a full disk, ERR_IO otherwise.
err_t sql_run(sql_t *sql, fault_t *fault, const char *statement, const char *types, ...);

// All rows as an array of objects; a new reference.
err_t sql_rows(sql_t *sql, json_t **ret_rows, fault_t *fault, const char *statement,
               const char *types, ...);

// The first row as an object; NULL when there is none.
err_t sql_row(sql_t *sql, json_t **ret_row, fault_t *fault, const char *statement,
              const char *types, ...);

// The first column of the first row as an integer; `otherwise` when there is no row.
err_t sql_int(sql_t *sql, int64_t otherwise, int64_t *ret_value, fault_t *fault,
              const char *statement, const char *types, ...);

// How many rows the last statement changed.
int64_t sql_changed(const sql_t *sql);

// One transaction at a time, not nested.
err_t sql_begin(sql_t *sql, fault_t *fault);
err_t sql_commit(sql_t *sql, fault_t *fault);
void sql_rollback(sql_t *sql);

// Commits when err is ERR_OK, otherwise rolls back; returns the error of either.
err_t sql_end(sql_t *sql, err_t err, fault_t *fault);
