// SPDX-License-Identifier: MPL-2.0
// Names of clients, services, methods, topics and groups.
#pragma once

#include "proto/codec.h"

// Checks for 1 to LIMIT_NAME_BYTES letters, digits, dots, underscores and hyphens. ERR_INVALID;
// `what` is "topic", "service", ...
err_t name_check(view_t name, const char *what, fault_t *fault);
