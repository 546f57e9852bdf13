// SPDX-License-Identifier: MPL-2.0
#include "store/sql_copy.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "base/mem.h"

enum { WAIT_MS = 10000 };

struct sql_copy {
    char *path;
    sqlite3 *writer; // holds the write lock
    sqlite3 *reader; // in a read transaction that sees the moment
};

static err_t refuse(const sql_copy_t *copy, sqlite3 *db, fault_t *fault)
{
    int code = db ? sqlite3_errcode(db) : SQLITE_NOMEM;
    return fault_set(fault, code == SQLITE_FULL ? ERR_FULL : ERR_IO, NULL, "%s: %s", copy->path,
                     db ? sqlite3_errmsg(db) : "out of memory");
}

static err_t run(const sql_copy_t *copy, sqlite3 *db, const char *statement, fault_t *fault)
{
    return sqlite3_exec(db, statement, NULL, NULL, NULL) == SQLITE_OK ? ERR_OK
                                                                      : refuse(copy, db, fault);
}

static err_t open_one(const sql_copy_t *copy, sqlite3 **ret, fault_t *fault)
{
    if (sqlite3_open_v2(copy->path, ret, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        return refuse(copy, *ret, fault);
    }
    sqlite3_busy_timeout(*ret, WAIT_MS);
    return ERR_OK;
}

err_t sql_copy_hold(const char *path, sql_copy_t **ret, fault_t *fault)
{
    sql_copy_t *copy = mem_new(sizeof *copy);
    copy->path = mem_strdup(path);
    err_t err = open_one(copy, &copy->writer, fault);
    err = err ? err : open_one(copy, &copy->reader, fault);
    err = err ? err : run(copy, copy->writer, "BEGIN IMMEDIATE", fault);
    if (err) {
        sql_copy_destroy(&copy);
        return err;
    }
    *ret = copy;
    return ERR_OK;
}

err_t sql_copy_pin(sql_copy_t *copy, fault_t *fault)
{
    // The first read fixes what a transaction sees.
    err_t err = run(copy, copy->reader, "BEGIN; SELECT count(*) FROM sqlite_master", fault);
    return err ? err : run(copy, copy->writer, "ROLLBACK", fault);
}

err_t sql_copy_write(sql_copy_t *copy, const char *to, fault_t *fault)
{
    sqlite3 *target = NULL;
    err_t err = ERR_OK;
    if (sqlite3_open_v2(to, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
        SQLITE_OK) {
        err = refuse(copy, target, fault);
    }
    sqlite3_backup *backup = err ? NULL : sqlite3_backup_init(target, "main", copy->reader, "main");
    if (!err && !backup) {
        err = refuse(copy, target, fault);
    }
    if (backup) {
        int code = sqlite3_backup_step(backup, -1);
        sqlite3_backup_finish(backup);
        err = code == SQLITE_DONE ? ERR_OK : refuse(copy, target, fault);
    }
    sqlite3_close(target);
    return err;
}

void sql_copy_destroy(sql_copy_t **copy)
{
    if (!*copy) {
        return;
    }
    sqlite3_close((*copy)->writer);
    sqlite3_close((*copy)->reader);
    free((*copy)->path);
    free(*copy);
    *copy = NULL;
}
