// SPDX-License-Identifier: MPL-2.0
#include "store/catalog.h"

static const char *const MIGRATIONS[] = {
    "CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE COLLATE NOCASE, password "
    "TEXT NOT NULL,"
    " role TEXT NOT NULL, created INTEGER NOT NULL);"
    "CREATE TABLE sessions (hash TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES users ON DELETE "
    "CASCADE,"
    " used INTEGER NOT NULL);"
    "CREATE TABLE tokens (id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, user TEXT NOT NULL "
    "REFERENCES users ON DELETE"
    " CASCADE, name TEXT NOT NULL, created INTEGER NOT NULL);"
    "CREATE TABLE datasets (id TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES users ON DELETE "
    "CASCADE, name TEXT NOT NULL,"
    " blob TEXT NOT NULL, description TEXT NOT NULL, recipe TEXT NOT NULL DEFAULT '[]', created "
    "INTEGER NOT NULL);"
    "CREATE INDEX datasets_user ON datasets (user, created);"
    "CREATE INDEX datasets_blob ON datasets (blob);"
    // A job keeps what it needs of its dataset, so that it can be repeated and read after the
    // dataset is gone.
    "CREATE TABLE jobs (id TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES users ON DELETE "
    "CASCADE, kind TEXT NOT NULL,"
    " dataset TEXT NOT NULL, dataset_name TEXT NOT NULL, blob TEXT NOT NULL, description TEXT NOT "
    "NULL, recipe TEXT NOT NULL,"
    " training TEXT, idempotency_key TEXT, state TEXT NOT NULL DEFAULT 'queued', stage TEXT NOT "
    "NULL DEFAULT '',"
    " progress REAL NOT NULL DEFAULT 0, attempt INTEGER NOT NULL DEFAULT 0, created INTEGER NOT "
    "NULL, started INTEGER,"
    " ended INTEGER, result TEXT, fault TEXT, files TEXT NOT NULL DEFAULT '[]', change INTEGER NOT "
    "NULL,"
    " UNIQUE (user, idempotency_key));"
    "CREATE INDEX jobs_user ON jobs (user, change);"
    "CREATE INDEX jobs_change ON jobs (change);"
    "CREATE INDEX jobs_blob ON jobs (blob);"
    "CREATE TABLE job_files (blob TEXT NOT NULL, job TEXT NOT NULL REFERENCES jobs ON DELETE "
    "CASCADE,"
    " PRIMARY KEY (blob, job));"
    "CREATE TABLE models (id TEXT PRIMARY KEY, job TEXT NOT NULL UNIQUE REFERENCES jobs, user TEXT "
    "NOT NULL, dataset TEXT NOT"
    " NULL, name TEXT NOT NULL, record TEXT NOT NULL, created INTEGER NOT NULL);"
    "CREATE INDEX models_user ON models (user, created);"
    "CREATE TABLE intents (id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, key TEXT, "
    "message_id TEXT NOT NULL,"
    " payload BLOB NOT NULL);",
    "ALTER TABLE jobs ADD COLUMN output TEXT;",
    // Models of one name are versions of each other.
    "ALTER TABLE models ADD COLUMN version INTEGER NOT NULL DEFAULT 1;"
    "UPDATE models SET version = (SELECT count(*) FROM models o WHERE o.user = models.user AND"
    " o.name = models.name AND (o.created, o.id) <= (models.created, models.id));"
    "CREATE INDEX models_name ON models (user, name, version);",
    "ALTER TABLE jobs ADD COLUMN wish TEXT;",
    "ALTER TABLE jobs ADD COLUMN eta_ms INTEGER;",
    NULL,
};

err_t catalog_open(const char *path, sql_t **ret_catalog, fault_t *fault)
{
    return sql_open(path, MIGRATIONS, ret_catalog, fault);
}

err_t blob_in_use(sql_t *catalog, const char *blob, bool *ret_used, fault_t *fault)
{
    int64_t used = 0;
    err_t err =
        sql_int(catalog, 0, &used, fault,
                "SELECT EXISTS (SELECT 1 FROM datasets WHERE blob = ?1) OR"
                " EXISTS (SELECT 1 FROM jobs WHERE blob = ?1 AND state IN ('queued', 'running')) OR"
                " EXISTS (SELECT 1 FROM job_files WHERE blob = ?1)",
                "s", blob);
    *ret_used = used != 0;
    return err;
}
