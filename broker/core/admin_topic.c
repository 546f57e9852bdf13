// SPDX-License-Identifier: MPL-2.0
// What admins change of topics. Settings hold at once, so that what is written down of the topic
// meanwhile has them too, and are taken back when the disk refuses.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/core/admin.h"
#include "broker/core/expiry.h"
#include "broker/core/farewell.h"
#include "broker/core/group.h"
#include "broker/core/topic.h"
#include "broker/core/topic_settings.h"
#include "proto/name.h"

static op_t *note_before(core_t *core, asker_t asker, topic_t *topic)
{
    op_t *op = admin_op(core, OP_TOPIC, asker);
    op->topic = topic;
    op->before = mem_new(sizeof *op->before);
    *op->before = (before_t){topic->settings, topic->configured, topic->paused};
    return op;
}

static void write_down(core_t *core, op_t *op, const entry_t *entry)
{
    entries_t entries = {0};
    entries_add(core, &entries, entry, (view_t){0});
    emit_append(core, op, &entries);
}

static void store(core_t *core, op_t *op)
{
    entry_t entry = topic_entry(op->topic);
    write_down(core, op, &entry);
}

static void configure(core_t *core, asker_t asker, topic_t *topic, const topic_settings_t *settings)
{
    op_t *op = note_before(core, asker, topic);
    topic->settings = *settings;
    topic->configured = true;
    store(core, op);
}

static err_t check_new(const core_t *core, const char *name, fault_t *fault)
{
    err_t err = name_check(view_of(name), "topic", fault);
    if (err) {
        return err;
    }
    if (strncmp(name, "dead.", CORE_NAME_DEAD) == 0) {
        return fault_set(fault, ERR_FORBIDDEN, "use a name that does not begin with 'dead.'",
                         "topic '%s' would be for dead letters, which makes itself", name);
    }
    const topic_t *topic = topic_find(core, view_of(name));
    if (topic && topic->leaving) {
        return fault_set(fault, ERR_CONFLICT, "wait until it is gone",
                         "topic '%s' is being deleted", name);
    }
    if (!topic && core->topics.live >= CORE_TOPICS_MAX) {
        return fault_set(fault, ERR_FULL, "use one of the topics that are there",
                         "topic '%s' would be one more than the %d allowed", name, CORE_TOPICS_MAX);
    }
    return ERR_OK;
}

// One that is there only because somebody asked for it may still be made as wanted.
static bool untouched(const topic_t *topic)
{
    return !topic->configured && topic->next_offset == 0 && topic->groups.live == 0;
}

err_t admin_topic_create(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    const msg_topic_settings_t *ask = message;
    topic_settings_t settings = topic_preset(core, view_of(ask->topic));
    err_t err = check_new(core, ask->topic, fault);
    err = err ? err : topic_settings_take_json(&settings, ask->settings, fault);
    if (err) {
        return err;
    }
    topic_t *topic = topic_open(core, view_of(ask->topic));
    if (!untouched(topic) && !topic_settings_equal(&topic->settings, &settings)) {
        return fault_set(fault, ERR_CONFLICT, "look at it, and change it with 'autodp topic set'",
                         "topic '%s' is there with other settings", ask->topic);
    }
    configure(core, asker, topic, &settings);
    return ERR_OK;
}

err_t admin_topic_configure(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    const msg_topic_settings_t *ask = message;
    topic_t *topic = NULL;
    err_t err = admin_find_topic(core, ask->topic, &topic, fault);
    if (err) {
        return err;
    }
    topic_settings_t settings = topic->settings;
    err = topic_settings_take_json(&settings, ask->settings, fault);
    if (err == ERR_OK) {
        configure(core, asker, topic, &settings);
    }
    return err;
}

static err_t set_paused(core_t *core, asker_t asker, const msg_topic_named_t *named, bool paused,
                        fault_t *fault)
{
    topic_t *topic = NULL;
    err_t err = admin_find_topic(core, named->topic, &topic, fault);
    if (err == ERR_OK) {
        op_t *op = note_before(core, asker, topic);
        topic->paused = paused;
        store(core, op);
    }
    return err;
}

err_t admin_topic_pause(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    return set_paused(core, asker, message, true, fault);
}

err_t admin_topic_resume(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    return set_paused(core, asker, message, false, fault);
}

void admin_on_topic(core_t *core, op_t *op, const event_t *event)
{
    (void)event;
    topic_t *topic = op->topic;
    group_bury_unneeded(core, topic); // a stream that became a queue
    expiry_retain(core, topic);
    group_wake_all(core, topic);
    emit_report(core, LOG_INFO, "topic.configured", "%s%s", topic->name,
                topic->paused ? ", paused" : "");
    admin_done(core, (asker_t){op->session, op->id}, NULL);
}

static void fail(core_t *core, const op_t *op, err_t code)
{
    fault_t fault;
    fault_set(&fault, code, "free disk space and try again", "topic '%s' stays as it was: %s",
              op->topic->name, err_text(code));
    admin_done(core, (asker_t){op->session, op->id}, &fault);
}

void admin_on_topic_failed(core_t *core, op_t *op, const event_t *event)
{
    op->topic->settings = op->before->settings;
    op->topic->configured = op->before->configured;
    op->topic->paused = op->before->paused;
    group_wake_all(core, op->topic);
    fail(core, op, event->code);
}

err_t admin_topic_purge(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    const msg_topic_purge_t *ask = message;
    topic_t *topic = NULL;
    err_t err = admin_find_topic(core, ask->topic, &topic, fault);
    if (err) {
        return err;
    }
    int64_t end = topic_stored_end(topic);
    if (ask->below < 0 || ask->below > end) {
        return fault_set(fault, ERR_INVALID, "use an offset of the topic, or 0 for all records",
                         "topic '%s' has no records at offset %lld", topic->name,
                         (long long)ask->below);
    }
    op_t *op = admin_op(core, OP_PURGE, asker);
    op->topic = topic;
    op->offset = ask->below > 0 ? ask->below : end;
    entry_t entry = topic_entry(topic);
    if (op->offset > entry.topic.first_offset) {
        entry.topic.first_offset = op->offset;
    }
    write_down(core, op, &entry);
    return ERR_OK;
}

void admin_on_purged(core_t *core, op_t *op, const event_t *event)
{
    (void)event;
    expiry_purge(core, op->topic, op->offset);
    emit_report(core, LOG_WARNING, "topic.purged", "%s: below offset %lld", op->topic->name,
                (long long)op->offset);
    admin_done(core, (asker_t){op->session, op->id}, NULL);
}

void admin_on_purge_failed(core_t *core, op_t *op, const event_t *event)
{
    fail(core, op, event->code);
}

err_t admin_topic_delete(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    const msg_topic_named_t *named = message;
    topic_t *topic = NULL;
    err_t err = admin_find_topic(core, named->topic, &topic, fault);
    err = err ? err : farewell_topic(core, topic, fault);
    if (err == ERR_OK) {
        topic->told = asker.session;
        topic->told_id = asker.id;
    }
    return err;
}
