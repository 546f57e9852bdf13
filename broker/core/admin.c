// SPDX-License-Identifier: MPL-2.0
#include "broker/core/admin.h"

#include <stdlib.h>
#include <string.h>

#include "broker/core/access.h"
#include "broker/core/group.h"
#include "broker/core/redrive.h"
#include "broker/core/topic.h"
#include "proto/name.h"

static const char SERVICE[] = "broker";

static admin_fn *const RUN[METHOD_COUNT] = {
    [METHOD_topic_list] = admin_topic_list,     [METHOD_topic_show] = admin_topic_show,
    [METHOD_topic_create] = admin_topic_create, [METHOD_topic_configure] = admin_topic_configure,
    [METHOD_topic_purge] = admin_topic_purge,   [METHOD_topic_delete] = admin_topic_delete,
    [METHOD_topic_pause] = admin_topic_pause,   [METHOD_topic_resume] = admin_topic_resume,
    [METHOD_topic_redrive] = redrive_topic,     [METHOD_group_create] = admin_group_create,
    [METHOD_group_delete] = admin_group_delete, [METHOD_group_pause] = admin_group_pause,
    [METHOD_group_resume] = admin_group_resume, [METHOD_group_seek] = admin_group_seek,
    [METHOD_client_list] = admin_client_list,   [METHOD_service_list] = admin_service_list,
    [METHOD_broker_stats] = admin_stats,
};

bool admin_serves(view_t service)
{
    return view_equals(service, SERVICE);
}

err_t admin_allowed(const session_t *session, method_t method, fault_t *fault)
{
    bool tells = method == METHOD_topic_list || method == METHOD_topic_show ||
                 method == METHOD_client_list || method == METHOD_service_list ||
                 method == METHOD_broker_stats;
    return tells ? ERR_OK : access_admin(session, view_of(method_row(method)->name), fault);
}

static err_t find_method(view_t name, method_t *ret, admin_fn **ret_run, fault_t *fault)
{
    *ret_run = NULL;
    err_t err = name_check(name, "method", fault);
    if (err) {
        return err;
    }
    char *text = view_dup(name);
    *ret = method_by_name(SERVICE, text);
    free(text);
    *ret_run = *ret == METHOD_COUNT ? NULL : RUN[*ret];
    return *ret_run ? ERR_OK
                    : fault_set(fault, ERR_NOT_FOUND, "docs/wire.md lists the methods",
                                "service 'broker' has no method '%.*s'", (int)name.size, name.data);
}

static err_t run(core_t *core, const session_t *session, const hdr_call_t *call,
                 const event_t *event, fault_t *fault)
{
    method_t method = METHOD_COUNT;
    admin_fn *run_method = NULL;
    err_t err = find_method(call->method, &method, &run_method, fault);
    if (err || !run_method) {
        return err;
    }
    err = admin_allowed(session, method, fault);
    if (err == ERR_OK && core->append_bytes >= CORE_APPEND_BYTES_MAX) {
        err = fault_set(fault, ERR_BUSY, "try again later", "too much is on its way to the disk");
    }
    if (err) {
        return err;
    }
    union {
#define MESSAGE(name, wire) msg_##name##_t name;
#define FIELD(message, kind, name, limit, required)
#define MESSAGE_END(name)
#include "proto/message.def"
#undef MESSAGE
#undef FIELD
#undef MESSAGE_END
    } message;
    message_kind_t kind = method_row(method)->request;
    err = message_unpack(kind, event->frames[1].data, event->frames[1].size, &message, fault);
    if (err == ERR_OK) {
        err = run_method(core, (asker_t){session->serial, call->id}, &message, fault);
        message_release(kind, &message);
    }
    return err;
}

void admin_on_call(core_t *core, const session_t *session, const hdr_call_t *call,
                   const event_t *event)
{
    fault_t fault;
    if (run(core, session, call, event, &fault)) {
        emit_answer_fault(core, session, call->id, &fault);
    }
}

void admin_answer(core_t *core, asker_t asker, message_kind_t kind, const void *message)
{
    const session_t *to = map_get(&core->sessions, &asker.session, sizeof asker.session);
    if (to && !to->ended) {
        emit_answer(core, to, asker.id, kind, message);
    }
}

void admin_done(core_t *core, asker_t asker, const fault_t *fault)
{
    const session_t *to = map_get(&core->sessions, &asker.session, sizeof asker.session);
    if (to && !to->ended && fault) {
        emit_answer_fault(core, to, asker.id, fault);
    } else {
        admin_answer(core, asker, MSG_empty, &(msg_empty_t){0});
    }
}

op_t *admin_op(core_t *core, op_kind_t kind, asker_t asker)
{
    op_t *op = op_new(core, kind);
    op->session = asker.session;
    op->id = asker.id;
    return op;
}

err_t admin_find_topic(const core_t *core, const char *name, topic_t **ret, fault_t *fault)
{
    *ret = NULL;
    err_t err = name_check(view_of(name), "topic", fault);
    topic_t *topic = err ? NULL : topic_find(core, view_of(name));
    if (err == ERR_OK && !topic) {
        err = fault_set(fault, ERR_NOT_FOUND, "'autodp topic ls' lists the topics",
                        "there is no topic '%s'", name);
    } else if (err == ERR_OK && topic->leaving) {
        err = fault_set(fault, ERR_CONFLICT, "wait until it is gone", "topic '%s' is being deleted",
                        name);
    }
    *ret = err ? NULL : topic;
    return err;
}

err_t admin_find_group(const core_t *core, const char *topic_name, const char *name, group_t **ret,
                       fault_t *fault)
{
    *ret = NULL;
    topic_t *topic = NULL;
    err_t err = admin_find_topic(core, topic_name, &topic, fault);
    err = err ? err : name_check(view_of(name), "group", fault);
    group_t *group = err ? NULL : group_find(topic, view_of(name));
    if (err == ERR_OK && !group) {
        err = fault_set(fault, ERR_NOT_FOUND, "'autodp topic show TOPIC' lists its groups",
                        "topic '%s' has no group '%s'", topic->name, name);
    } else if (err == ERR_OK && (group->leaving || group->seeking)) {
        err = fault_set(fault, ERR_CONFLICT, "try again in a moment",
                        "group '%s' of topic '%s' is being changed", name, topic->name);
    }
    *ret = err ? NULL : group;
    return err;
}
