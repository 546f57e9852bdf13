// SPDX-License-Identifier: MPL-2.0
#include "broker/core/farewell.h"

#include <string.h>

#include "broker/core/admin.h"
#include "broker/core/clean.h"
#include "broker/core/emit.h"
#include "broker/core/group.h"
#include "broker/core/topic.h"

static err_t check_consumers(const group_t *group, fault_t *fault)
{
    if (list_empty(&group->consumers)) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_CONFLICT, "stop its consumers first",
                     "group '%s' of topic '%s' has consumers", group->name, group->topic->name);
}

err_t farewell_topic(core_t *core, topic_t *topic, fault_t *fault)
{
    size_t at = 0;
    const group_t *group;
    while ((group = map_next(&topic->groups, &at))) {
        err_t err = check_consumers(group, fault);
        if (err) {
            return err;
        }
    }
    topic->leaving = true;
    list_append(&core->leaving, &topic->link);
    return ERR_OK;
}

void farewell_group(core_t *core, group_t *group)
{
    group->leaving = true;
    list_append(&core->leaving_groups, &group->leaves);
}

err_t farewell_delete_group(core_t *core, group_t *group, fault_t *fault)
{
    err_t err = check_consumers(group, fault);
    if (err == ERR_OK) {
        farewell_group(core, group);
    }
    return err;
}

// Whether something that was asked of the disk speaks of the topic, or of the group.
static bool spoken_of(const core_t *core, const topic_t *topic, const group_t *group)
{
    size_t at = 0;
    const op_t *op;
    while ((op = map_next(&core->ops, &at))) {
        bool of_group = group && op->group == group;
        bool of_topic = topic && (op->topic == topic || (op->group && op->group->topic == topic));
        if (of_group || of_topic) {
            return true;
        }
    }
    return false;
}

static void forget_notes(core_t *core, const group_t *group)
{
    size_t kept = 0;
    for (size_t i = 0; i < core->note_count; i++) {
        if (core->notes[i].group != group) {
            core->notes[kept++] = core->notes[i];
        }
    }
    core->note_count = kept;
}

void farewell_forget_group(core_t *core, group_t *group)
{
    topic_t *topic = group->topic;
    forget_notes(core, group);
    map_remove(&topic->groups, group->name, strlen(group->name));
    topic->durable -= !group->ephemeral;
    group_leave_records(core, group);
    group_destroy(core, &group);
}

void farewell_forget_topic(core_t *core, topic_t *topic)
{
    size_t at = 0;
    group_t *group;
    while ((group = map_next(&topic->groups, &at))) {
        forget_notes(core, group);
        group_destroy(core, &group);
    }
    clean_forget_topic(core, topic);
    map_remove(&core->topics, topic->name, strlen(topic->name));
    topic_destroy(core, &topic);
}

static void write_gone(core_t *core, op_t *op, const ent_gone_t *gone)
{
    entry_t entry = {.kind = ENT_gone, .gone = *gone};
    entries_t entries = {0};
    entries_add(core, &entries, &entry, (view_t){0});
    emit_append(core, op, &entries);
}

static void delete_group(core_t *core, group_t *group)
{
    op_t *op = op_new(core, OP_DELETE);
    op->group = group;
    op->session = group->told;
    op->id = group->told_id;
    ent_gone_t gone = {.topic = view_of(group->topic->name), .group = view_of(group->name)};
    write_gone(core, op, &gone);
}

static void delete_topic(core_t *core, topic_t *topic)
{
    op_t *op = op_new(core, OP_DELETE);
    op->topic = topic;
    op->session = topic->told;
    op->id = topic->told_id;
    ent_gone_t gone = {.topic = view_of(topic->name)};
    write_gone(core, op, &gone);
}

static void run_groups(core_t *core)
{
    list_t waiting;
    list_init(&waiting);
    list_t *link;
    while ((link = list_pop(&core->leaving_groups))) {
        group_t *group = LIST_ITEM(link, group_t, leaves);
        if (spoken_of(core, NULL, group)) {
            list_append(&waiting, &group->leaves);
        } else if (group->ephemeral) {
            farewell_forget_group(core, group);
        } else {
            delete_group(core, group);
        }
    }
    while ((link = list_pop(&waiting))) {
        list_append(&core->leaving_groups, link);
    }
}

static void run_topics(core_t *core)
{
    list_t waiting;
    list_init(&waiting);
    list_t *link;
    while ((link = list_pop(&core->leaving))) {
        topic_t *topic = LIST_ITEM(link, topic_t, link);
        if (spoken_of(core, topic, NULL)) {
            list_append(&waiting, &topic->link);
        } else {
            delete_topic(core, topic);
        }
    }
    while ((link = list_pop(&waiting))) {
        list_append(&core->leaving, link);
    }
}

void farewell_run(core_t *core)
{
    if (!list_empty(&core->leaving_groups)) {
        run_groups(core);
    }
    if (!list_empty(&core->leaving)) {
        run_topics(core);
    }
}

void farewell_on_deleted(core_t *core, op_t *op, const event_t *event)
{
    (void)event;
    if (op->group) {
        farewell_forget_group(core, op->group);
    } else {
        emit_report(core, LOG_INFO, "topic.deleted", "%s", op->topic->name);
        farewell_forget_topic(core, op->topic);
    }
    admin_done(core, (asker_t){op->session, op->id}, NULL);
}

// It stays, and takes records and consumers again.
void farewell_on_failed(core_t *core, op_t *op, const event_t *event)
{
    emit_report(core, LOG_ERROR, "topic.undeleted", "%s", err_text(event->code));
    if (op->group) {
        op->group->leaving = false;
    } else {
        op->topic->leaving = false;
    }
    fault_t fault;
    fault_set(&fault, event->code, "free disk space and try again", "it was not deleted: %s",
              err_text(event->code));
    admin_done(core, (asker_t){op->session, op->id}, &fault);
}
