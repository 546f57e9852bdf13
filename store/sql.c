// SPDX-License-Identifier: MPL-2.0
#include "store/sql.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

enum { BUSY_TIMEOUT_MS = 2000 };

struct sql {
    sqlite3 *db;
};

static err_t failed(sql_t *sql, fault_t *fault)
{
    int code = sqlite3_errcode(sql->db);
    const char *text = sqlite3_errmsg(sql->db);
    switch (code) {
    case SQLITE_CONSTRAINT:
        return fault_set(fault, ERR_CONFLICT, NULL, "%s", text);
    case SQLITE_FULL:
        return fault_set(fault, ERR_FULL, "free disk space and try again",
                         "the catalog cannot grow: %s", text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return fault_set(fault, ERR_CORRUPT, "restore the data directory from a backup",
                         "the database is damaged: %s", text);
    default:
        return fault_set(fault, ERR_IO, NULL, "database: %s", text);
    }
}

static void bind_json(sqlite3_stmt *stmt, int at, const json_t *value)
{
    if (!value || json_is_null(value)) {
        sqlite3_bind_null(stmt, at);
        return;
    }
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    sqlite3_bind_text(stmt, at, text, -1, SQLITE_TRANSIENT);
    free(text);
}

static void bind(sqlite3_stmt *stmt, const char *types, va_list args)
{
    for (int at = 1; *types; types++, at++) {
        switch (*types) {
        case 's':
            sqlite3_bind_text(stmt, at, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
            break;
        case 'i':
            sqlite3_bind_int64(stmt, at, va_arg(args, int64_t));
            break;
        case 'r':
            sqlite3_bind_double(stmt, at, va_arg(args, double));
            break;
        case 'j':
            bind_json(stmt, at, va_arg(args, const json_t *));
            break;
        default: { // 'b'
            const void *bytes = va_arg(args, const void *);
            sqlite3_bind_blob64(stmt, at, bytes, va_arg(args, size_t), SQLITE_TRANSIENT);
            break;
        }
        }
    }
}

static err_t prepare(sql_t *sql, const char *statement, const char *types, va_list args,
                     sqlite3_stmt **ret_stmt, fault_t *fault)
{
    if (sqlite3_prepare_v2(sql->db, statement, -1, ret_stmt, NULL) != SQLITE_OK) {
        return failed(sql, fault);
    }
    bind(*ret_stmt, types, args);
    return ERR_OK;
}

// Whether `name` ends in the suffix; its length without it goes to ret_length.
static bool ends_in(const char *name, const char *suffix, size_t *ret_length)
{
    size_t n = strlen(name);
    size_t k = strlen(suffix);
    if (n < k || strcmp(name + n - k, suffix) != 0) {
        return false;
    }
    *ret_length = n - k;
    return true;
}

static json_t *scalar(sqlite3_stmt *stmt, int column)
{
    switch (sqlite3_column_type(stmt, column)) {
    case SQLITE_INTEGER:
        return json_integer(sqlite3_column_int64(stmt, column));
    case SQLITE_FLOAT:
        return json_real(sqlite3_column_double(stmt, column));
    case SQLITE_TEXT:
        return json_stringn((const char *)sqlite3_column_text(stmt, column),
                            (size_t)sqlite3_column_bytes(stmt, column));
    default:
        return json_null();
    }
}

static json_t *row_object(sqlite3_stmt *stmt)
{
    json_t *row = json_object();
    for (int i = 0; i < sqlite3_column_count(stmt); i++) {
        const char *name = sqlite3_column_name(stmt, i);
        size_t length = strlen(name);
        json_t *value = NULL;
        if (ends_in(name, ":json", &length)) {
            const char *text = (const char *)sqlite3_column_text(stmt, i);
            value = text ? json_loads(text, JSON_DECODE_ANY, NULL) : json_null();
        } else if (ends_in(name, ":bool", &length)) {
            value = json_boolean(sqlite3_column_int64(stmt, i));
        } else {
            value = scalar(stmt, i);
        }
        json_object_setn_new(row, name, length, value ? value : json_null());
    }
    return row;
}

static err_t rows(sql_t *sql, json_t **ret_rows, int64_t most, fault_t *fault,
                  const char *statement, const char *types, va_list args)
{
    sqlite3_stmt *stmt = NULL;
    err_t err = prepare(sql, statement, types, args, &stmt, fault);
    if (err) {
        return err;
    }
    json_t *array = json_array();
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW && most-- > 0) {
        json_array_append_new(array, row_object(stmt));
    }
    if (step != SQLITE_DONE && step != SQLITE_ROW) {
        err = failed(sql, fault);
        json_decref(array);
    } else {
        *ret_rows = array;
    }
    sqlite3_finalize(stmt);
    return err;
}

err_t sql_run(sql_t *sql, fault_t *fault, const char *statement, const char *types, ...)
{
    va_list args;
    va_start(args, types);
    json_t *none = NULL;
    err_t err = rows(sql, &none, 1, fault, statement, types, args);
    va_end(args);
    json_decref(none);
    return err;
}

err_t sql_rows(sql_t *sql, json_t **ret_rows, fault_t *fault, const char *statement,
               const char *types, ...)
{
    va_list args;
    va_start(args, types);
    err_t err = rows(sql, ret_rows, INT64_MAX, fault, statement, types, args);
    va_end(args);
    return err;
}

static err_t first(sql_t *sql, json_t **ret_row, fault_t *fault, const char *statement,
                   const char *types, va_list args)
{
    json_t *array = NULL;
    err_t err = rows(sql, &array, 1, fault, statement, types, args);
    if (err == ERR_OK) {
        *ret_row = json_incref(json_array_get(array, 0));
    }
    json_decref(array);
    return err;
}

err_t sql_row(sql_t *sql, json_t **ret_row, fault_t *fault, const char *statement,
              const char *types, ...)
{
    va_list args;
    va_start(args, types);
    err_t err = first(sql, ret_row, fault, statement, types, args);
    va_end(args);
    return err;
}

err_t sql_int(sql_t *sql, int64_t otherwise, int64_t *ret_value, fault_t *fault,
              const char *statement, const char *types, ...)
{
    va_list args;
    va_start(args, types);
    json_t *row = NULL;
    err_t err = first(sql, &row, fault, statement, types, args);
    va_end(args);
    if (err == ERR_OK) {
        json_t *value = json_object_iter_value(json_object_iter(row));
        *ret_value = json_is_integer(value) ? json_integer_value(value) : otherwise;
    }
    json_decref(row);
    return err;
}

int64_t sql_changed(const sql_t *sql)
{
    return sqlite3_changes(sql->db);
}

static err_t exec(sql_t *sql, const char *statement, fault_t *fault)
{
    return sqlite3_exec(sql->db, statement, NULL, NULL, NULL) == SQLITE_OK ? ERR_OK
                                                                           : failed(sql, fault);
}

err_t sql_begin(sql_t *sql, fault_t *fault)
{
    return exec(sql, "BEGIN IMMEDIATE", fault);
}

err_t sql_commit(sql_t *sql, fault_t *fault)
{
    err_t err = exec(sql, "COMMIT", fault);
    if (err) {
        sql_rollback(sql);
    }
    return err;
}

void sql_rollback(sql_t *sql)
{
    exec(sql, "ROLLBACK", NULL);
}

err_t sql_end(sql_t *sql, err_t err, fault_t *fault)
{
    if (err) {
        sql_rollback(sql);
        return err;
    }
    return sql_commit(sql, fault);
}

static err_t migrate_step(sql_t *sql, const char *migration, int64_t version, fault_t *fault)
{
    char *set = text_format("PRAGMA user_version = %lld", (long long)version);
    err_t err = sql_begin(sql, fault);
    if (err == ERR_OK) {
        err = exec(sql, migration, fault);
        err = err ? err : exec(sql, set, fault);
        err = sql_end(sql, err, fault);
    }
    free(set);
    return err;
}

static err_t migrate(sql_t *sql, const char *path, const char *const *migrations, fault_t *fault)
{
    int64_t present = 0;
    err_t err = sql_int(sql, 0, &present, fault, "PRAGMA user_version", "");
    int64_t newest = 0;
    while (migrations[newest]) {
        newest++;
    }
    if (err == ERR_OK && present > newest) {
        return fault_set(fault, ERR_UNSUPPORTED,
                         "start the newer release, or restore a backup of this one",
                         "'%s' has version %lld, this release knows %lld", path, (long long)present,
                         (long long)newest);
    }
    for (int64_t i = present; i < newest && err == ERR_OK; i++) {
        err = migrate_step(sql, migrations[i], i + 1, fault);
    }
    return err;
}

err_t sql_open(const char *path, const char *const *migrations, sql_t **ret_sql, fault_t *fault)
{
    sql_t *sql = mem_new(sizeof *sql);
    err_t err = ERR_OK;
    if (sqlite3_open_v2(path, &sql->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
        SQLITE_OK) {
        err = fault_set(fault, ERR_IO, "check the directory and its permissions",
                        "'%s' cannot be opened: %s", path, sqlite3_errmsg(sql->db));
    } else {
        sqlite3_extended_result_codes(sql->db, 0);
        sqlite3_busy_timeout(sql->db, BUSY_TIMEOUT_MS);
        err = exec(sql, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
                   fault);
        err = err ? err : migrate(sql, path, migrations, fault);
    }
    if (err) {
        sql_close(&sql);
        return err;
    }
    *ret_sql = sql;
    return ERR_OK;
}

void sql_close(sql_t **sql)
{
    if (*sql) {
        sqlite3_close((*sql)->db);
        free(*sql);
        *sql = NULL;
    }
}
