// SPDX-License-Identifier: MPL-2.0
// The bodies and headers of answers.
#pragma once

#include <jansson.h>
#include <microhttpd.h>
#include <stdbool.h>

#include "actors/bridge/range.h"
#include "base/buf.h"
#include "base/fault.h"

// A JSON document; takes over `body`.
struct MHD_Response *reply_json(json_t *body);

// application/problem+json of a fault (RFC 9457). `status` is the one it will be sent with.
struct MHD_Response *reply_problem(const fault_t *fault, int status);

// No body.
struct MHD_Response *reply_empty(void);

// A plain text; copied.
struct MHD_Response *reply_text(const char *text);

// Counters in the text format of Prometheus; copied.
struct MHD_Response *reply_metrics(const buf_t *text);

// What reply_file needs to know.
typedef struct {
    const char *name; // for Content-Disposition; any UTF-8
    const char *etag; // quoted
    range_t part;     // RANGE_ALL or RANGE_PART
    int64_t size;     // of the whole file
    bool page;        // HTML of our own making: shown, not saved, and allowed nothing but its looks
} reply_file_t;

// Part of an open file, as a download unless it is a page; closes `fd` when it is done.
struct MHD_Response *reply_file(int fd, const reply_file_t *file);

// 304 for a file, and 416 for a range outside of it.
struct MHD_Response *reply_not_modified(const char *etag);
struct MHD_Response *reply_outside(int64_t size);

// Sets the session cookie; an empty token takes it away. A token that no cookie can hold sets none.
void reply_cookie(struct MHD_Response *response, const char *token, int64_t hours, bool secure);

// The document as JSON in one line, for the caller to free(); takes over `document`.
char *reply_line(json_t *document);

// Turns times (int64 ms under `created`, `started`, `ended`, `since`, `last_seen`) into RFC 3339
// text, in the answer and in the objects directly below its members; 0 becomes null. Documents
// deeper down are the user's own and stay as they are.
void reply_times(json_t *answer);
