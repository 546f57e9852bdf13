// SPDX-License-Identifier: MPL-2.0
// One attempt to deliver one mail, on a pool thread: it owns all it needs.
#pragma once

#include "actors/notification/ledger.h"
#include "actors/notification/relay.h"

typedef struct {
    int64_t id; // in the ledger
    ledger_mail_t *mail;
    char *from;
    char *folder; // where mails go as files; NULL: to the relay
    relay_t relay;
    relay_result_t result;
    char reason[RELAY_REASON_MAX];
} delivery_t;

// Takes over the mail and copies the rest. `folder` or `relay` is NULL.
delivery_t *delivery_new(ledger_mail_t *mail, const char *from, const char *folder,
                         const relay_t *relay);
void delivery_destroy(delivery_t **delivery);

// Composes and delivers; sets `result` and `reason`. An actor_work_fn.
void delivery_run(void *delivery);

// When to try again after `attempts` failures: 1, 5, 15, then 60 minutes, and up to a fifth more so
// that mails which failed together do not come back together. -1: it has been tried for a day.
int64_t delivery_next_ms(int64_t attempts, int64_t created_ms, int64_t now_ms);
