// SPDX-License-Identifier: MPL-2.0
#include "proto/method.h"

#include <string.h>

static const method_row_t ROWS[METHOD_COUNT] = {
#define METHOD(service, id, wire, request, answer, deadline_ms, idempotent)                        \
    [METHOD_##id] = {#service, wire, MSG_##request, MSG_##answer, deadline_ms, idempotent},
#include "proto/method.def"
#undef METHOD
};

const method_row_t *method_row(method_t method)
{
    return &ROWS[method];
}

method_t method_by_name(const char *service, const char *name)
{
    int i = 0;
    while (i < METHOD_COUNT &&
           (strcmp(ROWS[i].service, service) != 0 || strcmp(ROWS[i].name, name) != 0)) {
        i++;
    }
    return (method_t)i;
}
