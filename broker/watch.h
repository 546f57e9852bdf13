// SPDX-License-Identifier: MPL-2.0
// Notices that some client's connection has ended. ZeroMQ does not tell whose it was; a send to
// each client does.
#pragma once

#include <stdbool.h>

#include "base/fault.h"

typedef struct watch watch_t;

// Watches a ROUTER socket of this context. ERR_IO.
err_t watch_new(void *context, void *router, watch_t **ret, fault_t *fault);

// Ends before the ROUTER socket is closed.
void watch_destroy(watch_t **watch);

// The ZeroMQ socket to poll for input.
void *watch_socket(const watch_t *watch);

// Takes what is there: whether a connection has ended.
bool watch_process(watch_t *watch);
