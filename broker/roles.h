// SPDX-License-Identifier: MPL-2.0
// The roles as an admin writes them (ZPL, DATA/keys/roles.cfg), and those that hold when there is
// no such file.
#pragma once

#include <stddef.h>

#include "broker/core/policy.h"

enum { ROLES_BYTES_MAX = 1 << 20 };

// The standard roles, as text: client, worker, admin.
const char *roles_standard(void);

// Adds the roles of the text to a table. ERR_INVALID names the role and what is wrong with it; the
// table is then of no use.
err_t roles_parse(const char *text, size_t size, policy_t *policy, fault_t *fault);
