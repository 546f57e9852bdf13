// SPDX-License-Identifier: MPL-2.0
// libesmtp 1.1.0 as it is: smtp_start_session succeeds whatever the server thought of the mail, so
// only the status of the message and of each recipient count. Its own TLS context is one for the
// whole process, yet freed at the end of the first session that used it: each session gets one of
// ours. Credentials go out whenever the server offers AUTH, so plain text is ruled out by who calls
// this.
#include "actors/notification/relay.h"

#include <openssl/ssl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// These two need what comes above.
#include <auth-client.h>
#include <libesmtp.h>

#include "base/mem.h"
#include "base/text.h"

enum { SERVER_MAX = 320, CODES_PER_CLASS = 100 };

// What is seen of the conversation.
typedef struct {
    const relay_t *relay;
    char note[RELAY_REASON_MAX];    // what the library reports by an event
    char refusal[RELAY_REASON_MAX]; // the server's first line that began with 4 or 5
} talk_t;

err_t relay_tls_of(const char *text, relay_tls_t *ret, fault_t *fault)
{
    static const char *const NAMES[] = {"off", "try", "require"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(text, NAMES[i]) == 0) {
            *ret = (relay_tls_t)i;
            return ERR_OK;
        }
    }
    return fault_set(fault, ERR_INVALID, "set smtp_tls to require, try or off", "smtp_tls is '%s'",
                     text);
}

// Copies one line without its end, control characters as blanks.
static void copy_line(char to[RELAY_REASON_MAX], const char *from)
{
    text_copy(to, RELAY_REASON_MAX, from);
    to[strcspn(to, "\r\n")] = '\0';
    for (char *at = to; *at; at++) {
        if ((unsigned char)*at < ' ') {
            *at = ' ';
        }
    }
    to[text_utf8_prefix(to, strlen(to))] = '\0';
}

// Certificates that do not check out are refused, which is what a callback that leaves `ok` at 0
// does; this one only takes down why.
static void on_event(smtp_session_t session, int event, void *context, ...)
{
    (void)session;
    talk_t *talk = context;
    va_list args;
    va_start(args, context);
    switch (event) {
    case SMTP_EV_EXTNA_STARTTLS:
        copy_line(talk->note, "the server offers no STARTTLS, which smtp_tls requires");
        break;
    case SMTP_EV_INVALID_PEER_CERTIFICATE:
        snprintf(talk->note, sizeof talk->note, "the server's certificate is not valid: %s",
                 X509_verify_cert_error_string(va_arg(args, long)));
        break;
    case SMTP_EV_NO_PEER_CERTIFICATE:
        copy_line(talk->note, "the server has no certificate");
        break;
    case SMTP_EV_WRONG_PEER_CERTIFICATE:
        snprintf(talk->note, sizeof talk->note, "the server's certificate is not for '%.128s'",
                 talk->relay->host);
        break;
    default:
        break;
    }
    va_end(args);
}

// Hears what the server says; what we write may hold the password and is not looked at.
static void on_line(const char *bytes, int size, int writing, void *context)
{
    talk_t *talk = context;
    bool refusal = size > 3 && (bytes[0] == '4' || bytes[0] == '5');
    if (writing == SMTP_CB_READING && refusal && *talk->refusal == '\0') {
        char *line = text_dup(bytes, (size_t)size);
        copy_line(talk->refusal, line);
        free(line);
    }
}

static int on_credentials(auth_client_request_t request, char **result, int fields, void *context)
{
    const relay_t *relay = context;
    for (int i = 0; i < fields; i++) {
        result[i] = NULL;
        if (request[i].flags & AUTH_USER) {
            result[i] = relay->user;
        } else if (request[i].flags & AUTH_PASS) {
            result[i] = relay->password;
        }
    }
    return 1;
}

static void set_timeouts(smtp_session_t session, long timeout_ms)
{
    static const int WHICH[] = {Timeout_GREETING, Timeout_ENVELOPE, Timeout_DATA, Timeout_TRANSFER,
                                Timeout_DATA2};
    for (size_t i = 0; i < sizeof WHICH / sizeof WHICH[0]; i++) {
        smtp_set_timeout(session, WHICH[i] | Timeout_OVERRIDE_RFC2822_MINIMUM, timeout_ms);
    }
}

// What a session is opened with, and outlives it.
typedef struct {
    SSL_CTX *tls;        // NULL: none
    auth_context_t auth; // NULL: none
} contexts_t;

// The library itself checks the certificate, by on_event.
static SSL_CTX *make_tls(const relay_t *relay)
{
    if (relay->tls == RELAY_TLS_OFF) {
        return NULL;
    }
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    if (!tls) {
        mem_exhausted(1);
    }
    SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
    // libesmtp 1.1.0 takes a session ticket of TLS 1.3 for a dropped connection.
    SSL_CTX_set_max_proto_version(tls, TLS1_2_VERSION);
    SSL_CTX_set_default_verify_paths(tls);
    return tls;
}

static auth_context_t make_auth(const relay_t *relay)
{
    if (*relay->user == '\0') {
        return NULL;
    }
    auth_client_init();
    auth_context_t auth = auth_create_context();
    auth_set_mechanism_flags(auth, AUTH_PLUGIN_PLAIN, 0);
    auth_set_interact_cb(auth, on_credentials, (void *)relay);
    return auth;
}

static void release_contexts(contexts_t *contexts)
{
    SSL_CTX_free(contexts->tls);
    if (contexts->auth) {
        auth_destroy_context(contexts->auth);
        auth_client_exit();
    }
}

static smtp_session_t open_session(talk_t *talk, const contexts_t *contexts)
{
    static const enum starttls_option HOW[] = {Starttls_DISABLED, Starttls_ENABLED,
                                               Starttls_REQUIRED};
    const relay_t *relay = talk->relay;
    smtp_session_t session = smtp_create_session();
    char server[SERVER_MAX];
    snprintf(server, sizeof server, "%s:%d", relay->host, (int)relay->port);
    smtp_set_server(session, server);
    smtp_starttls_enable(session, HOW[relay->tls]);
    smtp_set_eventcb(session, on_event, talk);
    smtp_set_monitorcb(session, on_line, talk, 0);
    set_timeouts(session, (long)relay->timeout_ms);
    if (contexts->tls) {
        smtp_starttls_set_ctx(session, contexts->tls);
    }
    if (contexts->auth) {
        smtp_auth_set_context(session, contexts->auth);
    }
    return session;
}

static bool accepted(const smtp_status_t *status)
{
    return status && status->code / CODES_PER_CLASS == 2;
}

// Whether the code is about us (log in, use TLS) and not about the message: then it can be mended.
static bool about_access(int code)
{
    return code == 530 || code == 534 || code == 535 || code == 538;
}

// The answer that refused the message, NULL when the conversation did not get that far.
static const smtp_status_t *refusal_of(smtp_message_t message, smtp_recipient_t recipient)
{
    const smtp_status_t *statuses[] = {smtp_reverse_path_status(message),
                                       smtp_recipient_status(recipient),
                                       smtp_message_transfer_status(message)};
    for (size_t i = 0; i < 3; i++) {
        if (statuses[i] && statuses[i]->code / CODES_PER_CLASS >= 4) {
            return statuses[i];
        }
    }
    return NULL;
}

static void explain(const talk_t *talk, char ret_reason[RELAY_REASON_MAX])
{
    char text[RELAY_REASON_MAX];
    if (*talk->note) {
        copy_line(ret_reason, talk->note);
    } else if (*talk->refusal) {
        copy_line(ret_reason, talk->refusal);
    } else if (smtp_errno() != 0 && smtp_strerror(smtp_errno(), text, sizeof text)) {
        copy_line(ret_reason, text);
    } else {
        copy_line(ret_reason, "the server ended the conversation without an answer");
    }
}

static relay_result_t judge(const talk_t *talk, smtp_message_t message, smtp_recipient_t recipient,
                            char ret_reason[RELAY_REASON_MAX])
{
    if (accepted(smtp_message_transfer_status(message)) &&
        smtp_recipient_check_complete(recipient) && accepted(smtp_recipient_status(recipient))) {
        return RELAY_SENT;
    }
    const smtp_status_t *refusal = refusal_of(message, recipient);
    if (!refusal || about_access(refusal->code)) {
        explain(talk, ret_reason);
        return RELAY_LATER;
    }
    char text[RELAY_REASON_MAX];
    snprintf(text, sizeof text, "%d %s", refusal->code, refusal->text ? refusal->text : "");
    copy_line(ret_reason, text);
    return refusal->code / CODES_PER_CLASS == 5 ? RELAY_NEVER : RELAY_LATER;
}

relay_result_t relay_send(const relay_t *relay, const char *from, const char *to,
                          const char *message, char ret_reason[RELAY_REASON_MAX])
{
    talk_t talk = {.relay = relay};
    contexts_t contexts = {.tls = make_tls(relay), .auth = make_auth(relay)};
    smtp_session_t session = open_session(&talk, &contexts);
    smtp_message_t mail = smtp_add_message(session);
    smtp_set_reverse_path(mail, from);
    smtp_set_message_str(mail, (void *)message);
    smtp_recipient_t recipient = smtp_add_recipient(mail, to);
    relay_result_t result = RELAY_LATER;
    if (smtp_start_session(session)) {
        result = judge(&talk, mail, recipient, ret_reason);
    } else {
        explain(&talk, ret_reason);
    }
    smtp_destroy_session(session);
    release_contexts(&contexts);
    return result;
}
