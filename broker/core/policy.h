// SPDX-License-Identifier: MPL-2.0
// Who may do what: roles give rights on names, keys have roles. Clients of this host have the role
// "local", which may do everything and is in no table.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "proto/envelope.h"

#define POLICY_LOCAL "local"

enum {
    POLICY_ROLES_MAX = 256,
    POLICY_RULES_MAX = 256, // of a role
    POLICY_PATTERN_BYTES = 2 * LIMIT_NAME_BYTES + 1,
};

typedef enum {
    ACCESS_PUBLISH,   // to a topic
    ACCESS_CONSUME,   // a topic; for listeners of heartbeats their subject, "hb.<name>.<instance>"
    ACCESS_CALL,      // a service, or "service/method"
    ACCESS_SERVE,     // a service
    ACCESS_HEARTBEAT, // as an actor of this name
    ACCESS_ADMIN,     // what changes the broker itself: a method of its service `broker`
    ACCESS_RIGHTS,
} right_t;

// What the clients of one key may use in a second, together, and how many they may be. 0: no limit.
typedef struct {
    int64_t bytes_s;
    int64_t messages_s;
    int64_t connections;
} limits_t;

typedef struct role role_t;
typedef struct policy policy_t;

// The name of a right, as roles.cfg has it, and the right of a name (ACCESS_RIGHTS: there is none).
const char *right_name(right_t right);
right_t right_by_name(const char *name);

// A table without roles and users.
policy_t *policy_new(void);

void policy_destroy(policy_t **policy);

// A new role. ERR_INVALID: the name is not valid, taken, or "local"; ERR_FULL: too many.
err_t policy_add_role(policy_t *policy, const char *name, role_t **ret, fault_t *fault);

// Lets the role do this with all names that fit the pattern: a name, or the beginning of one and
// '*'. For ACCESS_CALL a pattern with a '/' is matched with "service/method", any other with the
// service. ERR_INVALID: not a pattern; ERR_FULL: too many.
err_t role_add_rule(role_t *role, right_t right, const char *pattern, fault_t *fault);

void role_set_limits(role_t *role, const limits_t *limits);

// Gives the owner of a key a role. ERR_INVALID: a bad or taken name; ERR_NOT_FOUND: no such role.
err_t policy_add_user(policy_t *policy, const char *user, const char *role, fault_t *fault);

// The role with this name, and the role of a user; NULL when there is none.
const role_t *policy_role(const policy_t *policy, view_t name);
const role_t *policy_role_of(const policy_t *policy, view_t user);

const char *role_name(const role_t *role);
const limits_t *role_limits(const role_t *role);

// Whether the role may do this with this name. `method` only matters to ACCESS_CALL.
bool role_allows(const role_t *role, right_t right, view_t name, view_t method);

// Whether two roles allow the same.
bool role_equals(const role_t *a, const role_t *b);
