// SPDX-License-Identifier: MPL-2.0
#include "broker/core/policy.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "proto/name.h"

typedef struct {
    right_t right;
    char pattern[POLICY_PATTERN_BYTES + 1];
} rule_t;

struct role {
    char name[LIMIT_NAME_BYTES + 1];
    limits_t limits;
    rule_t *rules;
    size_t rule_count;
};

typedef struct {
    char name[LIMIT_NAME_BYTES + 1];
    const role_t *role;
} owner_t;

struct policy {
    map_t roles; // role_t by name
    map_t users; // owner_t by name
};

static const char *const NAMES[ACCESS_RIGHTS] = {"publish", "consume",   "call",
                                                 "serve",   "heartbeat", "admin"};

const char *right_name(right_t right)
{
    return NAMES[right];
}

right_t right_by_name(const char *name)
{
    size_t i = 0;
    while (i < ACCESS_RIGHTS && strcmp(NAMES[i], name) != 0) {
        i++;
    }
    return (right_t)i;
}

policy_t *policy_new(void)
{
    return mem_new(sizeof(policy_t));
}

void policy_destroy(policy_t **policy)
{
    policy_t *old = *policy;
    if (!old) {
        return;
    }
    size_t at = 0;
    role_t *role;
    while ((role = map_next(&old->roles, &at))) {
        free(role->rules);
        free(role);
    }
    at = 0;
    owner_t *user;
    while ((user = map_next(&old->users, &at))) {
        free(user);
    }
    map_release(&old->roles);
    map_release(&old->users);
    free(old);
    *policy = NULL;
}

err_t policy_add_role(policy_t *policy, const char *name, role_t **ret, fault_t *fault)
{
    err_t err = name_check(view_of(name), "role", fault);
    if (err) {
        return err;
    }
    if (strcmp(name, POLICY_LOCAL) == 0) {
        return fault_set(fault, ERR_INVALID, "give the role another name",
                         "role '%s' is that of this host and may do everything", name);
    }
    if (policy_role(policy, view_of(name))) {
        return fault_set(fault, ERR_INVALID, "keep one of them", "role '%s' comes twice", name);
    }
    if (policy->roles.live >= POLICY_ROLES_MAX) {
        return fault_set(fault, ERR_FULL, "use fewer roles", "role '%s' is one more than %d", name,
                         POLICY_ROLES_MAX);
    }
    role_t *role = mem_new(sizeof *role);
    text_copy(role->name, sizeof role->name, name);
    map_add(&policy->roles, role->name, strlen(role->name), role);
    *ret = role;
    return ERR_OK;
}

// A name, or "name/name", or the beginning of one and a '*'.
static bool is_pattern(right_t right, const char *pattern)
{
    size_t size = strlen(pattern);
    bool open = size > 0 && pattern[size - 1] == '*';
    const char *slash = strchr(pattern, '/');
    size_t first = slash ? (size_t)(slash - pattern) : size - open;
    size_t second = slash ? size - first - 1 - open : 0;
    bool first_good =
        (first == 0 && open && !slash) || name_check((view_t){pattern, first}, "", NULL) == ERR_OK;
    bool second_good = !slash || (second == 0 && open) ||
                       name_check((view_t){pattern + first + 1, second}, "", NULL) == ERR_OK;
    return size > 0 && first_good && second_good && (!slash || right == ACCESS_CALL);
}

err_t role_add_rule(role_t *role, right_t right, const char *pattern, fault_t *fault)
{
    if (!is_pattern(right, pattern)) {
        return fault_set(fault, ERR_INVALID,
                         "use a name, or the beginning of one and '*'; for calls also "
                         "service/method",
                         "role '%s', right '%s': '%.140s' is no pattern", role->name,
                         right_name(right), pattern);
    }
    if (role->rule_count >= POLICY_RULES_MAX) {
        return fault_set(fault, ERR_FULL, "use wider patterns", "role '%s' has more than %d rules",
                         role->name, POLICY_RULES_MAX);
    }
    role->rules = mem_resize(role->rules, role->rule_count + 1, sizeof *role->rules);
    rule_t *rule = &role->rules[role->rule_count++];
    *rule = (rule_t){.right = right};
    text_copy(rule->pattern, sizeof rule->pattern, pattern);
    return ERR_OK;
}

void role_set_limits(role_t *role, const limits_t *limits)
{
    role->limits = *limits;
}

err_t policy_add_user(policy_t *policy, const char *user, const char *role, fault_t *fault)
{
    err_t err = name_check(view_of(user), "key", fault);
    if (err) {
        return err;
    }
    if (policy_role_of(policy, view_of(user))) {
        return fault_set(fault, ERR_INVALID, "keep one of them", "key '%s' comes twice", user);
    }
    const role_t *found = policy_role(policy, view_of(role));
    if (!found) {
        return fault_set(fault, ERR_NOT_FOUND, "'autodp keys roles' lists the roles",
                         "key '%s': there is no role '%.64s'", user, role);
    }
    owner_t *owner = mem_new(sizeof *owner);
    owner->role = found;
    text_copy(owner->name, sizeof owner->name, user);
    map_add(&policy->users, owner->name, strlen(owner->name), owner);
    return ERR_OK;
}

const role_t *policy_role(const policy_t *policy, view_t name)
{
    return map_get(&policy->roles, name.data, name.size);
}

const role_t *policy_role_of(const policy_t *policy, view_t user)
{
    const owner_t *owner = policy ? map_get(&policy->users, user.data, user.size) : NULL;
    return owner ? owner->role : NULL;
}

const char *role_name(const role_t *role)
{
    return role->name;
}

const limits_t *role_limits(const role_t *role)
{
    return &role->limits;
}

static bool fits(const char *pattern, view_t text)
{
    size_t size = strlen(pattern);
    if (size > 0 && pattern[size - 1] == '*') {
        size--;
        return text.size >= size && memcmp(pattern, text.data, size) == 0;
    }
    return text.size == size && memcmp(pattern, text.data, size) == 0;
}

static bool rule_fits(const rule_t *rule, view_t name, view_t method)
{
    const char *slash = strchr(rule->pattern, '/');
    if (!slash) {
        return fits(rule->pattern, name);
    }
    size_t size = (size_t)(slash - rule->pattern);
    return name.size == size && memcmp(rule->pattern, name.data, size) == 0 &&
           fits(slash + 1, method);
}

bool role_allows(const role_t *role, right_t right, view_t name, view_t method)
{
    for (size_t i = 0; i < role->rule_count; i++) {
        const rule_t *rule = &role->rules[i];
        if (rule->right == right && name.size > 0 && rule_fits(rule, name, method)) {
            return true;
        }
    }
    return false;
}

bool role_equals(const role_t *a, const role_t *b)
{
    bool same = strcmp(a->name, b->name) == 0 && a->rule_count == b->rule_count &&
                a->limits.bytes_s == b->limits.bytes_s &&
                a->limits.messages_s == b->limits.messages_s &&
                a->limits.connections == b->limits.connections;
    for (size_t i = 0; same && i < a->rule_count; i++) {
        same = a->rules[i].right == b->rules[i].right &&
               strcmp(a->rules[i].pattern, b->rules[i].pattern) == 0;
    }
    return same;
}
