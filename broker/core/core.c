// SPDX-License-Identifier: MPL-2.0
#include "broker/core/core.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/core/access.h"
#include "broker/core/admin.h"
#include "broker/core/bury.h"
#include "broker/core/clean.h"
#include "broker/core/consume.h"
#include "broker/core/deliver.h"
#include "broker/core/emit.h"
#include "broker/core/expiry.h"
#include "broker/core/farewell.h"
#include "broker/core/group.h"
#include "broker/core/publish.h"
#include "broker/core/quota.h"
#include "broker/core/recover.h"
#include "broker/core/redrive.h"
#include "broker/core/service.h"
#include "broker/core/session.h"
#include "broker/core/settle.h"
#include "broker/core/space.h"
#include "broker/core/topic.h"

typedef void header_fn(core_t *, session_t *, const header_t *, const event_t *);
typedef void op_fn(core_t *, op_t *, const event_t *);
typedef void due_fn(core_t *, heap_node_t *);
typedef void event_fn(core_t *, const event_t *);

// What a client that has said hello may send.
static header_fn *const ON_HEADER[] = {
    [HDR_ping] = session_on_ping,
    [HDR_goodbye] = session_on_goodbye,
    [HDR_serve] = service_on_serve,
    [HDR_call] = service_on_call,
    [HDR_reply] = service_on_reply,
    [HDR_cancel] = service_on_cancel,
    [HDR_publish] = publish_on_publish,
    [HDR_consume] = consume_on_consume,
    [HDR_publish_batch] = publish_on_batch,
    [HDR_ack] = settle_on_ack,
    [HDR_nack] = settle_on_nack,
    [HDR_touch] = settle_on_touch,
    [HDR_term] = settle_on_term,
};

// What comes of an op, and what when the disk refuses.
static const struct {
    op_fn *done;
    op_fn *failed;
} ON_OP[OP_COUNT] = {
    [OP_PUBLISH] = {publish_on_appended, publish_on_failed},
    [OP_GROUP] = {consume_on_appended, consume_on_failed},
    [OP_DELIVER] = {deliver_on_read, deliver_on_read_failed},
    [OP_SETTLE] = {bury_on_settled, bury_on_failed},
    [OP_RETURN] = {settle_on_returned, settle_on_return_failed},
    [OP_NOTES] = {deliver_on_noted, deliver_on_noted},
    [OP_BURY_READ] = {bury_on_read, bury_on_failed},
    [OP_BURY] = {bury_on_appended, bury_on_failed},
    [OP_COPY_READ] = {clean_on_read, clean_on_failed},
    [OP_COPY] = {clean_on_copied, clean_on_failed},
    [OP_TURN] = {clean_on_turned, clean_on_failed},
    [OP_DELETE] = {farewell_on_deleted, farewell_on_failed},
    [OP_TOPIC] = {admin_on_topic, admin_on_topic_failed},
    [OP_PURGE] = {admin_on_purged, admin_on_purge_failed},
    [OP_PAUSE] = {admin_on_paused, admin_on_pause_failed},
    [OP_SEEK] = {admin_on_sought, admin_on_seek_failed},
    [OP_REDRIVE_READ] = {redrive_on_read, redrive_on_read_failed},
    [OP_REDRIVE] = {redrive_on_appended, redrive_on_failed},
};

static due_fn *const ON_DUE[DUE_COUNT] = {
    [DUE_SESSION] = session_on_due,    [DUE_CALL] = service_on_due,
    [DUE_ITEM] = deliver_on_due,       [DUE_NOTES] = deliver_on_notes_due,
    [DUE_TRAIT] = expiry_on_trait_due, [DUE_TOPIC] = expiry_on_topic_due,
};

static err_t check_frames(const header_row_t *row, const event_t *event, fault_t *fault)
{
    size_t behind = event->frame_count - 1;
    if (row->sender[0] != 'C') {
        return fault_set(fault, ERR_INVALID, "send what a client may send",
                         "'%s' is sent by the broker only", row->schema.name);
    }
    if (behind > strlen(row->frames)) {
        return fault_set(fault, ERR_MALFORMED, "send no more frames than the wire document says",
                         "'%s' has %zu frames behind its header, at most %zu are allowed",
                         row->schema.name, behind, strlen(row->frames));
    }
    for (size_t i = 1; i <= behind; i++) {
        if (event->frames[i].size > LIMIT_FRAME_BYTES) {
            return fault_set(fault, ERR_TOO_LARGE, "send large content as a blob",
                             "'%s': frame %zu has %zu bytes, at most %d are allowed",
                             row->schema.name, i + 1, event->frames[i].size, LIMIT_FRAME_BYTES);
        }
    }
    return ERR_OK;
}

// Rights and quotas come before anything else looks at it.
static void take_allowed(core_t *core, session_t *session, const header_t *header,
                         const event_t *event)
{
    fault_t fault;
    if (access_check(session, header, &fault) == ERR_OK &&
        quota_take(core, session, header, event, &fault) == ERR_OK) {
        ON_HEADER[header->kind](core, session, header, event);
    } else {
        emit_refused(core, event->client, envelope_id(header), &fault);
    }
}

static void take_header(core_t *core, const header_t *header, const event_t *event)
{
    if (header->kind == HDR_hello) {
        session_on_hello(core, event, &header->hello);
        return;
    }
    session_t *session = session_from(core, event);
    if (session) {
        session->heard_ms = core->now_ms;
        take_allowed(core, session, header, event);
    } else if (header->kind != HDR_goodbye) {
        fault_t fault;
        fault_set(&fault, ERR_UNAUTHENTICATED, "say hello first",
                  "the broker does not know this client");
        emit_refused(core, event->client, envelope_id(header), &fault);
    }
}

static void on_frame(core_t *core, const event_t *event)
{
    view_t first = event->frames[0];
    header_t header;
    fault_t fault;
    if (envelope_unpack(first.data, first.size, &header, &fault)) {
        emit_refused(core, event->client, envelope_peek_id(first.data, first.size), &fault);
    } else if (check_frames(envelope_row(header.kind), event, &fault)) {
        emit_refused(core, event->client, envelope_id(&header), &fault);
    } else {
        take_header(core, &header, event);
    }
}

static void on_gone(core_t *core, const event_t *event)
{
    session_on_gone(core, event->client);
}

static void on_probe(core_t *core, const event_t *event)
{
    (void)event;
    session_probe(core);
}

static void on_tick(core_t *core, const event_t *event)
{
    (void)event;
    heap_node_t *node;
    while ((node = heap_first(&core->heap)) && node->due_ms <= core->now_ms) {
        heap_remove(&core->heap, node);
        ON_DUE[node->kind](core, node);
    }
}

static void on_op(core_t *core, const event_t *event)
{
    op_t *op = map_get(&core->ops, &event->token, sizeof event->token);
    if (event->kind == EVENT_APPENDED) {
        space_count(core, event->positions[0], 0); // segments without records count as well
    }
    if (op) {
        bool failed = event->kind == EVENT_APPEND_FAILED || event->kind == EVENT_READ_FAILED;
        (failed ? ON_OP[op->kind].failed : ON_OP[op->kind].done)(core, op, event);
        op_done(core, op);
    }
}

static void on_space(core_t *core, const event_t *event)
{
    if (event->low != core->low) {
        core->low = event->low;
        emit_report(core, event->low ? LOG_ERROR : LOG_INFO, event->low ? "disk.full" : "disk.room",
                    event->low ? "publishes are refused until there is room"
                               : "publishes are taken again");
    }
}

static void on_recovery_end(core_t *core, const event_t *event)
{
    (void)event;
    recover_end(core);
}

static event_fn *const ON_EVENT[] = {
    [EVENT_FRAME] = on_frame,
    [EVENT_GONE] = on_gone,
    [EVENT_PROBE] = on_probe,
    [EVENT_TICK] = on_tick,
    [EVENT_APPENDED] = on_op,
    [EVENT_APPEND_FAILED] = on_op,
    [EVENT_READ] = on_op,
    [EVENT_READ_FAILED] = on_op,
    [EVENT_SPACE] = on_space,
    [EVENT_RECOVERED] = recover_entry,
    [EVENT_RECOVERY_END] = on_recovery_end,
    [EVENT_POLICY] = access_on_policy,
};

// Lets ended sessions go, and gives out what was freed by that and by the event.
static void settle_down(core_t *core)
{
    while (!list_empty(&core->ended)) {
        session_t *session = LIST_ITEM(core->ended.next, session_t, link);
        service_on_session_ended(core, session);
        deliver_on_session_ended(core, session);
        session_free(core, session);
    }
    service_run(core);
    deliver_run(core);
    clean_run(core);
    farewell_run(core);
}

void core_step(core_t *core, const event_t *event, effects_t *effects)
{
    slab_reset(&effects->slab);
    effects->count = 0;
    core->effects = effects;
    core->now_ms = event->now_ms;
    core->wall_ms = event->wall_ms;
    ON_EVENT[event->kind](core, event);
    if (!core->recovering) {
        settle_down(core);
    }
    core->effects = NULL;
}

void core_note_sync(core_t *core, int64_t ms)
{
    metrics_note(&core->metrics, METRIC_SYNC_MS, ms);
}

int64_t core_due_ms(const core_t *core)
{
    if (!list_empty(&core->woken_groups) || clean_busy(core)) {
        return core->now_ms;
    }
    const heap_node_t *first = heap_first(&core->heap);
    return first ? first->due_ms : INT64_MAX;
}

static int64_t or_default(int64_t value, int64_t standard)
{
    return value > 0 ? value : standard;
}

core_t *core_new(const core_options_t *options)
{
    core_t *core = mem_new(sizeof *core);
    core->options = (core_options_t){
        .silence_ms = or_default(options->silence_ms, 5000),
        .absence_ms = or_default(options->absence_ms, 2000),
        .ack_wait_ms = or_default(options->ack_wait_ms, 30000),
        .deliveries_max = or_default(options->deliveries_max, 10),
        .window = or_default(options->window, 65536),
        .look_ahead = or_default(options->look_ahead, 65536),
        .segment_bytes = or_default(options->segment_bytes, 16 << 20),
        .log_bytes_max = options->log_bytes_max,
        .presets = options->presets,
        .preset_count = options->preset_count,
        .remote = options->remote,
        .incarnation = mem_strdup(options->incarnation),
    };
    core->recovering = true;
    core->notes_due.kind = DUE_NOTES;
    list_init(&core->ended);
    list_init(&core->leaving);
    list_init(&core->leaving_groups);
    list_init(&core->woken_services);
    list_init(&core->woken_groups);
    return core;
}

// Everything is let go through the same paths as when clients leave; its effects go nowhere.
static void end_sessions(core_t *core)
{
    effects_t effects = {0};
    core->effects = &effects;
    size_t at = 0;
    session_t *session;
    while ((session = map_next(&core->sessions, &at))) {
        service_on_session_ended(core, session);
        deliver_on_session_ended(core, session);
        session_free(core, session);
    }
    service_run(core);
    core->effects = NULL;
    effects_release(&effects);
}

static void free_topics(core_t *core)
{
    size_t at = 0;
    topic_t *topic;
    while ((topic = map_next(&core->topics, &at))) {
        size_t group_at = 0;
        group_t *group;
        while ((group = map_next(&topic->groups, &group_at))) {
            group_destroy(core, &group);
        }
        topic_destroy(core, &topic);
    }
}

void core_destroy(core_t **core)
{
    core_t *old = *core;
    if (!old) {
        return;
    }
    end_sessions(old);
    free_topics(old);
    size_t at = 0;
    op_t *op;
    while ((op = map_next(&old->ops, &at))) {
        op_done(old, op);
    }
    access_release(old);
    map_t *maps[] = {&old->routes, &old->identities, &old->sessions, &old->services,
                     &old->calls,  &old->topics,     &old->ops};
    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) {
        map_release(maps[i]);
    }
    heap_release(&old->heap);
    buf_release(&old->scratch);
    free(old->segments);
    free(old->notes);
    free((char *)old->options.incarnation);
    free(old);
    *core = NULL;
}
