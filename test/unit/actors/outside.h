// SPDX-License-Identifier: MPL-2.0
// Outside judges for mails: Python's mail parser and a real SMTP server (test/scenario/smtp_*.py).
#pragma once

#include <jansson.h>
#include <sys/types.h>

#include "base/buf.h"

typedef struct {
    pid_t pid;
    int input; // closing it ends the server
    int port;
} outside_server_t;

// Starts the SMTP server; it takes its mode and stores what it accepts in the folder.
outside_server_t outside_server(const char *mode, const char *folder);

void outside_stop(outside_server_t *server);

// What Python's email package makes of a mail; for the caller to json_decref.
json_t *outside_parse(const void *mail, size_t size);

// The whole content of a file below a folder; the buffer is empty when it is not there.
buf_t outside_read(const char *folder, const char *name);
