// SPDX-License-Identifier: MPL-2.0
// A plain HTTP/1.1 client for tests: what goes over the socket is what the test wrote.
#pragma once

#include <stdbool.h>

#include "base/buf.h"

typedef struct {
    int status;
    char *head; // status line and headers, terminated
    buf_t body; // without chunk frames, terminated (the terminator is not in `size`)
} http_reply_t;

// Connects to the URL in a file ("http://127.0.0.1:PORT\n"); reads give up after 10 seconds.
int http_connect(const char *url_file);

// Sends all bytes; false when the server closed the connection.
bool http_send(int fd, const void *bytes, size_t size);

// Sends a formatted text.
bool http_sendf(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Reads one answer; false when none came whole. `head` (of a HEAD request): there is no body.
bool http_read(int fd, bool head, http_reply_t *ret);

// The value of a header, in a buffer that the next call uses again; NULL when it is not there.
const char *http_header(const http_reply_t *reply, const char *name);

void http_release(http_reply_t *reply);

// Reads until `text` has come, and appends all that came; false when the connection ends before.
bool http_read_until(int fd, buf_t *to, const char *text);

// Whether the server has closed the connection, waiting for it up to 10 seconds.
bool http_closed(int fd);
