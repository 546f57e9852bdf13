// SPDX-License-Identifier: MPL-2.0
#include "actors/notification/delivery.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "actors/notification/mail.h"
#include "actors/notification/mailbox.h"
#include "base/mem.h"

enum { MINUTE_MS = 60 * 1000, DAY_MS = 24 * 60 * MINUTE_MS, JITTER_PART = 5 };

delivery_t *delivery_new(ledger_mail_t *mail, const char *from, const char *folder,
                         const relay_t *relay)
{
    delivery_t *delivery = mem_new(sizeof *delivery);
    delivery->id = mail->id;
    delivery->mail = mail;
    delivery->from = mem_strdup(from);
    delivery->folder = mem_strdup(folder);
    if (relay) {
        delivery->relay = *relay;
        delivery->relay.host = mem_strdup(relay->host);
        delivery->relay.user = mem_strdup(relay->user);
        delivery->relay.password = mem_strdup(relay->password);
    }
    return delivery;
}

void delivery_destroy(delivery_t **delivery)
{
    delivery_t *gone = *delivery;
    if (!gone) {
        return;
    }
    ledger_mail_destroy(&gone->mail);
    free(gone->from);
    free(gone->folder);
    free(gone->relay.host);
    free(gone->relay.user);
    free(gone->relay.password);
    free(gone);
    *delivery = NULL;
}

static void put_into_folder(delivery_t *delivery, const buf_t *message)
{
    char name[MAIL_NAME_SIZE];
    mail_name(delivery->mail->key, delivery->mail->recipient, name);
    fault_t fault;
    err_t err = mailbox_put(delivery->folder, name, message, &fault);
    delivery->result = err ? RELAY_LATER : RELAY_SENT;
    snprintf(delivery->reason, sizeof delivery->reason, "%.200s", err ? fault.detail : "");
}

void delivery_run(void *context)
{
    delivery_t *delivery = context;
    const ledger_mail_t *from = delivery->mail;
    mail_t mail = {.key = from->key,
                   .from = delivery->from,
                   .recipient = from->recipient,
                   .subject = from->subject,
                   .text = from->text,
                   .time_ms = from->created_ms};
    buf_t message = {0};
    mail_compose(&mail, &message);
    if (delivery->folder) {
        put_into_folder(delivery, &message);
    } else {
        buf_add(&message, "", 1);
        delivery->result = relay_send(&delivery->relay, delivery->from, from->recipient,
                                      message.data, delivery->reason);
    }
    buf_release(&message);
}

int64_t delivery_next_ms(int64_t attempts, int64_t created_ms, int64_t now_ms)
{
    static const int64_t PAUSES_MS[] = {1 * MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS,
                                        60 * MINUTE_MS};
    enum { LAST = sizeof PAUSES_MS / sizeof PAUSES_MS[0] - 1 };
    int64_t pause_ms = PAUSES_MS[attempts - 1 < LAST ? attempts - 1 : LAST];
    uint64_t random = 0;
    if (getrandom(&random, sizeof random, 0) == (ssize_t)sizeof random) {
        pause_ms += (int64_t)(random % ((uint64_t)pause_ms / JITTER_PART));
    }
    return now_ms + pause_ms - created_ms > DAY_MS ? -1 : now_ms + pause_ms;
}
