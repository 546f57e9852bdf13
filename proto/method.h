// SPDX-License-Identifier: MPL-2.0
// The methods of every service, made from method.def: METHOD_user_login and so on, and a row each.
#pragma once

#include "proto/message.h"

typedef enum {
#define METHOD(service, id, wire, request, answer, deadline_ms, idempotent) METHOD_##id,
#include "proto/method.def"
#undef METHOD
    METHOD_COUNT,
} method_t;

typedef struct {
    const char *service;
    const char *name;
    message_kind_t request;
    message_kind_t answer;
    int64_t deadline_ms; // what a caller allows unless it has a reason for another
    bool idempotent;
} method_row_t;

const method_row_t *method_row(method_t method);

// The method with this name in a service; METHOD_COUNT when there is none.
method_t method_by_name(const char *service, const char *name);
