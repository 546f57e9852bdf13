// SPDX-License-Identifier: MPL-2.0
#include "broker/roles.h"

#include <czmq.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/zpl.h"

static const char STANDARD[] =
    "#   What the owners of keys may do. To change it, copy it to DATA/keys/roles.cfg: a running\n"
    "#   broker takes it within a second. Patterns are names, or the beginning of one and '*'; a\n"
    "#   call may name the service, or service/method. Limits are for all clients of a key; 0: "
    "none.\n"
    "client\n"
    "    call = \"gateway/user.* gateway/token.* gateway/dataset.* gateway/model.* "
    "gateway/health.list\"\n"
    "    call = \"gateway/job.create gateway/job.list gateway/job.get gateway/job.cancel "
    "gateway/job.steer gateway/job.watch blob\"\n"
    "    connections = \"32\"\n"
    "    bytes_s = \"104857600\"\n"
    "    messages_s = \"10000\"\n"
    "worker\n"
    "    call = \"gateway/job.claim gateway/job.poll blob validation\"\n"
    "    serve = \"prediction preprocessing validation\"\n"
    "    consume = \"processing training trials trial.results\"\n"
    "    publish = \"job.events trials trial.results\"\n"
    "    heartbeat = \"prediction preprocessing training validation\"\n"
    "    connections = \"64\"\n"
    "    bytes_s = \"0\"\n"
    "    messages_s = \"0\"\n"
    "admin\n"
    "    call = \"*\"\n"
    "    serve = \"*\"\n"
    "    consume = \"*\"\n"
    "    publish = \"*\"\n"
    "    heartbeat = \"*\"\n"
    "    admin = \"*\"\n";

const char *roles_standard(void)
{
    return STANDARD;
}

static err_t add_patterns(role_t *role, right_t right, const char *patterns, fault_t *fault)
{
    char *copy = mem_strdup(patterns);
    char *rest = NULL;
    err_t err = ERR_OK;
    for (char *one = strtok_r(copy, " ", &rest); one && err == ERR_OK;
         one = strtok_r(NULL, " ", &rest)) {
        err = role_add_rule(role, right, one, fault);
    }
    free(copy);
    return err;
}

static int64_t *limit_by_name(limits_t *limits, const char *name)
{
    return strcmp(name, "bytes_s") == 0       ? &limits->bytes_s
           : strcmp(name, "messages_s") == 0  ? &limits->messages_s
           : strcmp(name, "connections") == 0 ? &limits->connections
                                              : NULL;
}

static err_t set_limit(const role_t *role, int64_t *limit, const char *name, const char *value,
                       fault_t *fault)
{
    static const int64_t most = 1000000000000;
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (*value == '\0' || *end != '\0' || errno != 0 || number < 0 || number > most) {
        return fault_set(fault, ERR_INVALID, "use a whole number; 0 is no limit",
                         "role '%s': '%s' is '%.64s'", role_name(role), name, value);
    }
    *limit = number;
    return ERR_OK;
}

static err_t read_role(zconfig_t *item, role_t *role, fault_t *fault)
{
    limits_t limits = {0};
    err_t err = ERR_OK;
    for (zconfig_t *line = zconfig_child(item); line && err == ERR_OK; line = zconfig_next(line)) {
        const char *name = zconfig_name(line);
        const char *value = zconfig_value(line) ? zconfig_value(line) : "";
        right_t right = right_by_name(name);
        int64_t *limit = limit_by_name(&limits, name);
        if (right < ACCESS_RIGHTS) {
            err = add_patterns(role, right, value, fault);
        } else if (limit) {
            err = set_limit(role, limit, name, value, fault);
        } else {
            err = fault_set(fault, ERR_INVALID,
                            "use publish, consume, call, serve, heartbeat, admin, bytes_s, "
                            "messages_s or connections",
                            "role '%s': '%.64s' is no right and no limit", role_name(role), name);
        }
    }
    role_set_limits(role, &limits);
    return err;
}

err_t roles_parse(const char *text, size_t size, policy_t *policy, fault_t *fault)
{
    zconfig_t *root = NULL;
    err_t err = zpl_parse(text, size, &root, fault);
    for (zconfig_t *item = err ? NULL : zconfig_child(root); item && err == ERR_OK;
         item = zconfig_next(item)) {
        role_t *role = NULL;
        err = policy_add_role(policy, zconfig_name(item), &role, fault);
        err = err ? err : read_role(item, role, fault);
    }
    zconfig_destroy(&root);
    return err;
}
