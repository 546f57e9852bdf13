// SPDX-License-Identifier: MPL-2.0
// What is decided from a request's first lines alone, in the HTTP thread: the route, who asks, what
// the body may be.
#pragma once

#include "actors/bridge/exchange.h"

typedef struct {
    const char *public_url;
    int64_t upload_bytes_max;
} admit_limits_t;

// The bytes the body announces: 0 without a body, -1 when it comes in chunks.
int64_t admit_length(struct MHD_Connection *connection);

// Fills the exchange's request from the connection. When the request is refused at once, the
// exchange has its answer: 404, 405 with Allow, 401, 403, 400, 413, 415.
void admit(exchange_t *exchange, const char *verb, const char *path, const admit_limits_t *limits);

// Answers with a problem under a status of its own (405, 415) or, for 0, the fault's.
void admit_refuse(exchange_t *exchange, const fault_t *fault, int status);
