// SPDX-License-Identifier: MPL-2.0
// The service `broker`, which the core serves itself: how topics, groups, clients and services are,
// and what admins do with them. A change is answered when it is on disk.
#pragma once

#include "broker/core/emit.h"
#include "broker/core/state.h"
#include "proto/method.h"

// Who asked.
typedef struct {
    int64_t session;
    int64_t id;
} asker_t;

// Whether calls to the service are the core's own.
bool admin_serves(view_t service);

void admin_on_call(core_t *core, const session_t *session, const hdr_call_t *call,
                   const event_t *event);

// Whether the client may call the method. ERR_FORBIDDEN. On this host's socket everyone may.
err_t admin_allowed(const session_t *session, method_t method, fault_t *fault);

// Answers with a message of the method's answer kind; without a message, or with a fault. A client
// that has gone is told nothing.
void admin_answer(core_t *core, asker_t asker, message_kind_t kind, const void *message);
void admin_done(core_t *core, asker_t asker, const fault_t *fault);

// An op that will answer the asker.
op_t *admin_op(core_t *core, op_kind_t kind, asker_t asker);

// The topic, or the group, that a request names and that is not being deleted. ERR_INVALID,
// ERR_NOT_FOUND, ERR_CONFLICT.
err_t admin_find_topic(const core_t *core, const char *name, topic_t **ret, fault_t *fault);
err_t admin_find_group(const core_t *core, const char *topic, const char *name, group_t **ret,
                       fault_t *fault);

// One method each. What they return as an error is answered by who calls them; otherwise they
// answer themselves, now or when the disk has it.
typedef err_t admin_fn(core_t *, asker_t, const void *message, fault_t *);
admin_fn admin_topic_list, admin_topic_show, admin_client_list, admin_service_list;
admin_fn admin_topic_create, admin_topic_configure, admin_topic_purge, admin_topic_delete;
admin_fn admin_topic_pause, admin_topic_resume;
admin_fn admin_group_create, admin_group_delete, admin_group_pause, admin_group_resume;
admin_fn admin_group_seek;
admin_fn admin_stats;

// The events of OP_TOPIC, OP_PURGE, OP_PAUSE and OP_SEEK.
void admin_on_topic(core_t *core, op_t *op, const event_t *event);
void admin_on_topic_failed(core_t *core, op_t *op, const event_t *event);
void admin_on_purged(core_t *core, op_t *op, const event_t *event);
void admin_on_purge_failed(core_t *core, op_t *op, const event_t *event);
void admin_on_paused(core_t *core, op_t *op, const event_t *event);
void admin_on_pause_failed(core_t *core, op_t *op, const event_t *event);
void admin_on_sought(core_t *core, op_t *op, const event_t *event);
void admin_on_seek_failed(core_t *core, op_t *op, const event_t *event);
