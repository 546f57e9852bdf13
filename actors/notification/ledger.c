// SPDX-License-Identifier: MPL-2.0
#include "actors/notification/ledger.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/sql.h"

struct ledger {
    sql_t *sql;
};

static const char *const MIGRATIONS[] = {
    "CREATE TABLE mail ("
    " id INTEGER PRIMARY KEY,"
    " key TEXT NOT NULL,"
    " recipient TEXT NOT NULL,"
    " subject TEXT NOT NULL,"
    " text TEXT NOT NULL," // emptied when the mail is sent
    " state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'dead')),"
    " attempts INTEGER NOT NULL,"
    " created_ms INTEGER NOT NULL,"
    " next_ms INTEGER NOT NULL,"
    " reason TEXT NOT NULL," // of the last attempt that failed
    " UNIQUE (key, recipient));"
    "CREATE INDEX mail_due ON mail (next_ms) WHERE state = 'pending';"
    "CREATE INDEX mail_done ON mail (created_ms) WHERE state <> 'pending';",
    NULL,
};

ledger_t *ledger_new(const char *path, fault_t *fault)
{
    ledger_t *ledger = mem_new(sizeof *ledger);
    if (sql_open(path, MIGRATIONS, &ledger->sql, fault)) {
        free(ledger);
        return NULL;
    }
    return ledger;
}

void ledger_destroy(ledger_t **ledger)
{
    if (*ledger) {
        sql_close(&(*ledger)->sql);
        free(*ledger);
        *ledger = NULL;
    }
}

err_t ledger_add(ledger_t *ledger, const msg_notice_t *notice, int64_t now_ms, fault_t *fault)
{
    return sql_run(ledger->sql, fault,
                   "INSERT INTO mail (key, recipient, subject, text, state, attempts, created_ms,"
                   " next_ms, reason) VALUES (?, ?, ?, ?, 'pending', 0, ?, ?, '')"
                   " ON CONFLICT (key, recipient) DO NOTHING",
                   "ssssii", notice->key, notice->recipient, notice->subject, notice->text, now_ms,
                   now_ms);
}

static char *text_at(const json_t *row, const char *column)
{
    return mem_strdup(json_string_value(json_object_get(row, column)));
}

static int64_t number_at(const json_t *row, const char *column)
{
    return json_integer_value(json_object_get(row, column));
}

err_t ledger_due(ledger_t *ledger, int64_t now_ms, ledger_mail_t **ret_mail, fault_t *fault)
{
    json_t *row = NULL;
    err_t err = sql_row(ledger->sql, &row, fault,
                        "SELECT id, key, recipient, subject, text, attempts, created_ms FROM mail"
                        " WHERE state = 'pending' AND next_ms <= ? ORDER BY next_ms, id LIMIT 1",
                        "i", now_ms);
    if (err) {
        return err;
    }
    ledger_mail_t *mail = NULL;
    if (row) {
        mail = mem_new(sizeof *mail);
        *mail = (ledger_mail_t){.id = number_at(row, "id"),
                                .key = text_at(row, "key"),
                                .recipient = text_at(row, "recipient"),
                                .subject = text_at(row, "subject"),
                                .text = text_at(row, "text"),
                                .attempts = number_at(row, "attempts"),
                                .created_ms = number_at(row, "created_ms")};
        json_decref(row);
    }
    *ret_mail = mail;
    return ERR_OK;
}

void ledger_mail_destroy(ledger_mail_t **mail)
{
    if (*mail) {
        free((*mail)->key);
        free((*mail)->recipient);
        free((*mail)->subject);
        free((*mail)->text);
        free(*mail);
        *mail = NULL;
    }
}

err_t ledger_sent(ledger_t *ledger, int64_t id, fault_t *fault)
{
    return sql_run(ledger->sql, fault, "UPDATE mail SET state = 'sent', text = '' WHERE id = ?",
                   "i", id);
}

err_t ledger_retry(ledger_t *ledger, int64_t id, int64_t next_ms, const char *reason,
                   fault_t *fault)
{
    return sql_run(ledger->sql, fault,
                   "UPDATE mail SET attempts = attempts + 1, next_ms = ?, reason = ? WHERE id = ?",
                   "isi", next_ms, reason, id);
}

err_t ledger_dead(ledger_t *ledger, int64_t id, const char *reason, fault_t *fault)
{
    return sql_run(ledger->sql, fault,
                   "UPDATE mail SET state = 'dead', attempts = attempts + 1, reason = ?"
                   " WHERE id = ?",
                   "si", reason, id);
}

err_t ledger_forget(ledger_t *ledger, int64_t before_ms, fault_t *fault)
{
    return sql_run(ledger->sql, fault,
                   "DELETE FROM mail WHERE state <> 'pending' AND created_ms < ?", "i", before_ms);
}
