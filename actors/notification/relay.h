// SPDX-License-Identifier: MPL-2.0
// One mail to an SMTP server, by libesmtp. Blocks, for minutes at worst; the process must ignore
// SIGPIPE. STARTTLS trusts the system's certificate authorities (or SSL_CERT_FILE) and wants the
// server's name in its certificate.
#pragma once

#include <stdint.h>

#include "base/fault.h"

typedef enum {
    RELAY_TLS_OFF,
    RELAY_TLS_TRY,     // when the server offers it; a bad certificate is never put up with
    RELAY_TLS_REQUIRE, // else nothing is sent
} relay_tls_t;

typedef struct {
    char *host;
    int64_t port;
    char *user; // "": no authentication
    char *password;
    relay_tls_t tls;
    int64_t timeout_ms; // for each answer of the server; the kernel's own time for connecting
} relay_t;

typedef enum {
    RELAY_SENT,  // the server took the message and every recipient
    RELAY_LATER, // it may work another time: 4xx, the network, credentials, certificates
    RELAY_NEVER, // 5xx about this message or its addresses
} relay_result_t;

enum { RELAY_REASON_MAX = 256 };

// Reads "require", "try" or "off". ERR_INVALID names the setting smtp_tls.
err_t relay_tls_of(const char *text, relay_tls_t *ret, fault_t *fault);

// Sends `message` (headers and body, lines ending with CRLF, terminated) from one address to one
// recipient. Unless it was sent, `ret_reason` says why, in one line.
relay_result_t relay_send(const relay_t *relay, const char *from, const char *to,
                          const char *message, char ret_reason[RELAY_REASON_MAX]);
