// SPDX-License-Identifier: MPL-2.0
#include "actors/notification/notification.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/notification/delivery.h"
#include "actors/notification/mail.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

#define TOPIC "notification"
#define GROUP "mail"

enum {
    RECORDS_AT_ONCE = 16,
    SMTP_TIMEOUT_MS = 60 * 1000,
    LEDGER_PAUSE_MS = 60 * 1000, // after the ledger could not be read or written
    PASSWORD_MAX = 1024,
};

static const int64_t KEEP_MS = 90LL * 24 * 3600 * 1000; // longer than any notice is repeated
static const int64_t FORGET_EVERY_MS = 24LL * 3600 * 1000;

typedef struct {
    ledger_t *ledger;
    int64_t wall_ms; // what the monotonic clock lacks to be the wall clock
    char *folder;    // of mails as files; NULL: they go to the relay
    relay_t relay;
    bool delivering; // one at a time
    int64_t paused_until_ms;
    int64_t forgot_ms;
} notification_t;

static int64_t wall_now(const actor_t *actor, const notification_t *self)
{
    return actor_now_ms(actor) + self->wall_ms;
}

// The ledger is out of order: nothing is sent for a while, so that no mail goes out twice.
static void pause_sending(actor_t *actor, notification_t *self, const fault_t *fault)
{
    log_event(LOG_ERROR, "mail.ledger", "%s", fault->detail);
    self->paused_until_ms = actor_now_ms(actor) + LEDGER_PAUSE_MS;
}

static err_t note_failure(actor_t *actor, notification_t *self, const delivery_t *delivery,
                          fault_t *fault)
{
    const ledger_mail_t *mail = delivery->mail;
    int64_t next_ms =
        delivery->result == RELAY_NEVER
            ? -1
            : delivery_next_ms(mail->attempts + 1, mail->created_ms, wall_now(actor, self));
    if (next_ms < 0) {
        log_event(LOG_ERROR, "mail.dead", "%s: %s", mail->key, delivery->reason);
        return ledger_dead(self->ledger, delivery->id, delivery->reason, fault);
    }
    log_event(LOG_WARNING, "mail.retry", "%s: %s", mail->key, delivery->reason);
    return ledger_retry(self->ledger, delivery->id, next_ms, delivery->reason, fault);
}

static void send_next(actor_t *actor);

static void delivered(actor_t *actor, void *context)
{
    notification_t *self = actor_state(actor);
    delivery_t *delivery = context;
    fault_t fault;
    err_t err;
    self->delivering = false;
    if (delivery->result == RELAY_SENT) {
        log_event(LOG_INFO, "mail.sent", "%s", delivery->mail->key);
        err = ledger_sent(self->ledger, delivery->id, &fault);
    } else {
        err = note_failure(actor, self, delivery, &fault);
    }
    delivery_destroy(&delivery);
    if (err) {
        pause_sending(actor, self, &fault);
    }
    send_next(actor);
}

static void send_next(actor_t *actor)
{
    notification_t *self = actor_state(actor);
    if (self->delivering || actor_now_ms(actor) < self->paused_until_ms) {
        return;
    }
    fault_t fault;
    ledger_mail_t *mail = NULL;
    if (ledger_due(self->ledger, wall_now(actor, self), &mail, &fault)) {
        pause_sending(actor, self, &fault);
        return;
    }
    if (mail) {
        delivery_t *delivery = delivery_new(mail, actor_setting(actor, "mail_from"), self->folder,
                                            self->folder ? NULL : &self->relay);
        self->delivering = true;
        actor_offload(actor, delivery_run, delivered, delivery);
    }
}

// Whether the notice can be mailed; what it is not will not change, so it is not tried again.
static err_t read_notice(const actor_t *actor, const bus_record_t *record, msg_notice_t *ret,
                         fault_t *fault)
{
    err_t err = message_unpack(MSG_notice, record->payload.data, record->payload.size, ret, fault);
    if (err) {
        return err;
    }
    mail_t mail = {.key = ret->key,
                   .from = actor_setting(actor, "mail_from"),
                   .recipient = ret->recipient,
                   .subject = ret->subject,
                   .text = ret->text};
    err = mail_check(&mail, fault);
    if (err) {
        message_release(MSG_notice, ret);
    }
    return err;
}

static void on_notice(actor_t *actor, const bus_record_t *record)
{
    notification_t *self = actor_state(actor);
    fault_t fault;
    msg_notice_t notice;
    if (read_notice(actor, record, &notice, &fault)) {
        log_event(LOG_ERROR, "mail.refused", "%s", fault.detail);
        actor_term(actor, TOPIC, GROUP, record->offset, fault.detail);
        return;
    }
    err_t err = ledger_add(self->ledger, &notice, wall_now(actor, self), &fault);
    message_release(MSG_notice, &notice);
    if (err) {
        log_event(LOG_ERROR, "mail.ledger", "%s", fault.detail);
        actor_nack(actor, TOPIC, GROUP, record->offset, -1, fault.detail);
        return;
    }
    actor_ack(actor, TOPIC, GROUP, record->offset);
    send_next(actor);
}

static err_t read_password(const char *path, char **ret, fault_t *fault)
{
    if (*path == '\0') {
        *ret = mem_strdup("");
        return ERR_OK;
    }
    char line[PASSWORD_MAX + 2];
    FILE *file = fopen(path, "re");
    if (!file) {
        return fault_errno(fault, ERR_INVALID, path);
    }
    bool read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    if (!read) {
        return fault_set(fault, ERR_INVALID, "write the password on its first line",
                         "smtp_password_file '%s' is empty", path);
    }
    line[strcspn(line, "\r\n")] = '\0';
    *ret = mem_strdup(line);
    explicit_bzero(line, sizeof line);
    return ERR_OK;
}

static bool on_this_host(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0 ||
           strcmp(host, "::1") == 0;
}

static err_t open_relay(const actor_t *actor, notification_t *self, fault_t *fault)
{
    relay_t *relay = &self->relay;
    relay->host = mem_strdup(actor_setting(actor, "smtp_host"));
    relay->port = actor_setting_int(actor, "smtp_port");
    relay->user = mem_strdup(actor_setting(actor, "smtp_user"));
    relay->timeout_ms = SMTP_TIMEOUT_MS;
    err_t err = relay_tls_of(actor_setting(actor, "smtp_tls"), &relay->tls, fault);
    err = err ? err
              : read_password(actor_setting(actor, "smtp_password_file"), &relay->password, fault);
    if (!err && *relay->user && relay->tls != RELAY_TLS_REQUIRE && !on_this_host(relay->host)) {
        err = fault_set(fault, ERR_INVALID, "set smtp_tls to require",
                        "smtp_user with smtp_tls '%s' would send the password in clear text",
                        actor_setting(actor, "smtp_tls"));
    }
    return err;
}

static err_t init(actor_t *actor, fault_t *fault)
{
    notification_t *self = actor_state(actor);
    self->wall_ms = clock_wall_ms() - actor_now_ms(actor);
    err_t err =
        mail_check_address("the setting mail_from", actor_setting(actor, "mail_from"), fault);
    if (!err && *actor_setting(actor, "smtp_host")) {
        err = open_relay(actor, self, fault);
    } else {
        self->folder = text_format("%s/outbox", actor_data_dir(actor));
    }
    if (err) {
        return err;
    }
    char *path = text_format("%s/mail.db", actor_data_dir(actor));
    self->ledger = ledger_new(path, fault);
    free(path);
    return self->ledger ? ERR_OK : fault->code;
}

static void tick(actor_t *actor, int64_t now_ms)
{
    notification_t *self = actor_state(actor);
    fault_t fault;
    if (self->forgot_ms == 0 || now_ms - self->forgot_ms >= FORGET_EVERY_MS) {
        self->forgot_ms = now_ms;
        if (ledger_forget(self->ledger, wall_now(actor, self) - KEEP_MS, &fault)) {
            pause_sending(actor, self, &fault);
        }
    }
    send_next(actor);
}

// A delivery that is on its way is left to its thread: its mail is still pending in the ledger.
static void fini(actor_t *actor)
{
    notification_t *self = actor_state(actor);
    ledger_destroy(&self->ledger);
    free(self->folder);
    free(self->relay.host);
    free(self->relay.user);
    free(self->relay.password);
}

static const actor_topic_t TOPICS[] = {
    {.options = {.topic = TOPIC, .group = GROUP, .credit = RECORDS_AT_ONCE}, .handle = on_notice},
};

const actor_spec_t notification_actor = {
    .name = "notification",
    .state_bytes = sizeof(notification_t),
    .topics = TOPICS,
    .topic_count = sizeof TOPICS / sizeof TOPICS[0],
    .init = init,
    .tick = tick,
    .fini = fini,
};
