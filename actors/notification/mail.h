// SPDX-License-Identifier: MPL-2.0
// A mail as text: RFC 5322, MIME (RFC 2045 to 2047), text and HTML alternatives in quoted-printable
// UTF-8, marked as auto-generated (RFC 3834).
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"

typedef struct {
    const char *key; // with the recipient it makes the Message-ID
    const char *from;
    const char *recipient;
    const char *subject; // any UTF-8 without line ends
    const char *text;    // any UTF-8; lines end with LF or CRLF
    int64_t time_ms;     // wall clock, for Date
} mail_t;

enum { MAIL_NAME_SIZE = 33 }; // 32 hex digits

// Whether the address can stand in a header and in SMTP as it is: printable ASCII, one "@", no
// specials, at most LIMIT_EMAIL_BYTES. ERR_INVALID says what is wrong, naming `what`.
err_t mail_check_address(const char *what, const char *address, fault_t *fault);

// Whether a mail can be made of it: both addresses, and no line end in key or subject.
err_t mail_check(const mail_t *mail, fault_t *fault);

// The name that is the same for the same key and recipient: of the file, and in the Message-ID.
void mail_name(const char *key, const char *recipient, char ret_name[MAIL_NAME_SIZE]);

// Appends the whole message, lines ending with CRLF. The mail has passed mail_check.
void mail_compose(const mail_t *mail, buf_t *to);
