// SPDX-License-Identifier: MPL-2.0
// What admins change of groups.
#include <string.h>

#include "broker/core/admin.h"
#include "broker/core/consume.h"
#include "broker/core/farewell.h"
#include "broker/core/group.h"
#include "broker/core/topic.h"

static err_t same_group(const core_t *core, const group_t *group, const hdr_consume_t *wanted,
                        fault_t *fault)
{
    int64_t most =
        wanted->deliveries_max > 0 ? wanted->deliveries_max : core->options.deliveries_max;
    const char *backoff = group->backoff ? group->backoff : "";
    if (!group->ephemeral && group->deliveries_max == most &&
        view_equals(wanted->backoff, backoff)) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_CONFLICT, "delete it first, or use another name",
                     "group '%s' of topic '%s' is there with other settings", group->name,
                     group->topic->name);
}

err_t admin_group_create(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    const msg_group_create_t *ask = message;
    hdr_consume_t wanted = {.id = asker.id,
                            .topic = view_of(ask->topic),
                            .group = view_of(ask->group),
                            .start = view_of(ask->start),
                            .start_at = ask->start_at,
                            .deliveries_max = ask->deliveries_max,
                            .backoff = view_of(ask->backoff)};
    err_t err = consume_check(core, &wanted, fault);
    const topic_t *topic = err ? NULL : topic_find(core, wanted.topic);
    const group_t *group = topic ? group_find(topic, wanted.group) : NULL;
    err = group ? same_group(core, group, &wanted, fault) : err;
    if (err == ERR_OK && group) {
        admin_done(core, asker, NULL);
    } else if (err == ERR_OK) {
        consume_make_group(core, asker.session, &wanted, true);
    }
    return err;
}

err_t admin_group_delete(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    const msg_group_named_t *named = message;
    group_t *group = NULL;
    err_t err = admin_find_group(core, named->topic, named->group, &group, fault);
    err = err ? err : farewell_delete_group(core, group, fault);
    if (err == ERR_OK) {
        group->told = asker.session;
        group->told_id = asker.id;
    }
    return err;
}

static void store(core_t *core, op_t *op, const entry_t *entry)
{
    entries_t entries = {0};
    entries_add(core, &entries, entry, (view_t){0});
    emit_append(core, op, &entries);
}

static err_t check_durable(const group_t *group, fault_t *fault)
{
    return group->ephemeral ? fault_set(fault, ERR_CONFLICT, "start another one where it should be",
                                        "group '%s' of topic '%s' ends with its consumers",
                                        group->name, group->topic->name)
                            : ERR_OK;
}

static err_t set_paused(core_t *core, asker_t asker, const msg_group_named_t *named, bool paused,
                        fault_t *fault)
{
    group_t *group = NULL;
    err_t err = admin_find_group(core, named->topic, named->group, &group, fault);
    err = err ? err : check_durable(group, fault);
    if (err) {
        return err;
    }
    op_t *op = admin_op(core, OP_PAUSE, asker);
    op->group = group;
    op->was_paused = group->paused;
    group->paused = paused;
    entry_t entry = group_entry(group);
    store(core, op, &entry);
    return ERR_OK;
}

err_t admin_group_pause(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    return set_paused(core, asker, message, true, fault);
}

err_t admin_group_resume(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    return set_paused(core, asker, message, false, fault);
}

static void fail(core_t *core, const op_t *op, err_t code)
{
    fault_t fault;
    fault_set(&fault, code, "free disk space and try again",
              "group '%s' of topic '%s' stays as it was: %s", op->group->name,
              op->group->topic->name, err_text(code));
    admin_done(core, (asker_t){op->session, op->id}, &fault);
}

void admin_on_paused(core_t *core, op_t *op, const event_t *event)
{
    (void)event;
    group_wake(core, op->group);
    admin_done(core, (asker_t){op->session, op->id}, NULL);
}

void admin_on_pause_failed(core_t *core, op_t *op, const event_t *event)
{
    op->group->paused = op->was_paused;
    group_wake(core, op->group);
    fail(core, op, event->code);
}

// What its consumers hold becomes stale at once, so that the log has no settlement behind the seek
// that was meant before it.
err_t admin_group_seek(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    const msg_group_seek_t *ask = message;
    hdr_consume_t wanted = {.topic = view_of(ask->topic),
                            .group = view_of(ask->group),
                            .start = view_of(ask->start),
                            .start_at = ask->start_at};
    group_t *group = NULL;
    err_t err = admin_find_group(core, ask->topic, ask->group, &group, fault);
    err = err ? err : check_durable(group, fault);
    err = err ? err : consume_check(core, &wanted, fault);
    if (err) {
        return err;
    }
    op_t *op = admin_op(core, OP_SEEK, asker);
    op->group = group;
    op->offset = consume_start(group->topic, wanted.start, wanted.start_at);
    group->seeking = true;
    group_drop_items(core, group);
    entry_t entry = group_entry(group);
    entry.group.floor = op->offset;
    entry.group.reset = true;
    entries_t entries = {0};
    entries_add(core, &entries, &entry, (view_t){0});
    consume_add_gone(core, group->topic, &entry.group, &entries);
    emit_append(core, op, &entries);
    return ERR_OK;
}

void admin_on_sought(core_t *core, op_t *op, const event_t *event)
{
    (void)event;
    group_t *group = op->group;
    group->seeking = false;
    group_reset(core, group, op->offset);
    group_bury_unneeded(core, group->topic);
    emit_report(core, LOG_INFO, "group.sought", "topic %s, group %s: from offset %lld",
                group->topic->name, group->name, (long long)op->offset);
    admin_done(core, (asker_t){op->session, op->id}, NULL);
}

void admin_on_seek_failed(core_t *core, op_t *op, const event_t *event)
{
    op->group->seeking = false;
    op->group->cursor = op->group->floor; // it looks again at what was dropped
    group_wake(core, op->group);
    fail(core, op, event->code);
}
