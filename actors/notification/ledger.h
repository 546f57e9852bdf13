// SPDX-License-Identifier: MPL-2.0
// What was to be mailed and what became of it, on disk (DATA/mail.db): one row for each key and
// recipient, `pending`, then `sent` or `dead`.
#pragma once

#include <stdbool.h>

#include "base/fault.h"
#include "proto/message.h"

typedef struct ledger ledger_t;

typedef struct {
    int64_t id;
    char *key;
    char *recipient;
    char *subject;
    char *text;
    int64_t attempts; // that failed
    int64_t created_ms;
} ledger_mail_t;

// Opens or creates the ledger.
ledger_t *ledger_new(const char *path, fault_t *fault);

void ledger_destroy(ledger_t **ledger);

// Adds a notice as pending and due; on ERR_OK it is on disk. One that is there already changes
// nothing.
err_t ledger_add(ledger_t *ledger, const msg_notice_t *notice, int64_t now_ms, fault_t *fault);

// The pending mail that has been due for longest; `*ret_mail` is NULL when none is due. Freed with
// ledger_mail_destroy.
err_t ledger_due(ledger_t *ledger, int64_t now_ms, ledger_mail_t **ret_mail, fault_t *fault);

void ledger_mail_destroy(ledger_mail_t **mail);

// What became of a mail. A retry counts as one more attempt and makes it due at `next_ms`.
err_t ledger_sent(ledger_t *ledger, int64_t id, fault_t *fault);
err_t ledger_retry(ledger_t *ledger, int64_t id, int64_t next_ms, const char *reason,
                   fault_t *fault);
err_t ledger_dead(ledger_t *ledger, int64_t id, const char *reason, fault_t *fault);

// Forgets sent and dead mails from before this time.
err_t ledger_forget(ledger_t *ledger, int64_t before_ms, fault_t *fault);
