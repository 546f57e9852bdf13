// SPDX-License-Identifier: MPL-2.0
#include "rig.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "broker/log/layout.h"
#include "proto/message.h"
#include "test/unit/test.h"

static void step(rig_t *rig, event_t *event);
static void settle(rig_t *rig);

static void place(rig_t *rig, const buf_t *bytes, uint64_t *ret_position)
{
    uint32_t room = (uint32_t)layout_record_room(bytes->size);
    int64_t most = rig->options.segment_bytes > 0 ? rig->options.segment_bytes : 16 << 20;
    if (rig->at + room > most) {
        rig->segment++;
        rig->at = LAYOUT_SEGMENT_HEAD;
    }
    *ret_position = (uint64_t)rig->segment << 32 | rig->at;
    rig->at += room;
    rig->log = mem_resize(rig->log, rig->log_count + 1, sizeof *rig->log);
    rig_entry_t *entry = &rig->log[rig->log_count++];
    *entry = (rig_entry_t){.position = *ret_position};
    buf_add(&entry->bytes, bytes->data, bytes->size);
}

static void free_unit(rig_unit_t *unit)
{
    for (size_t i = 0; i < unit->count; i++) {
        buf_release(&unit->entries[i]);
    }
    free(unit->entries);
}

static void drop_first_unit(rig_t *rig)
{
    free_unit(&rig->units[0]);
    rig->unit_count--;
    memmove(rig->units, rig->units + 1, rig->unit_count * sizeof *rig->units);
}

void rig_commit_one(rig_t *rig)
{
    rig_unit_t *unit = &rig->units[0];
    uint64_t *positions = mem_array(unit->count, sizeof *positions);
    for (size_t i = 0; i < unit->count; i++) {
        place(rig, &unit->entries[i], &positions[i]);
    }
    event_t event = {.kind = EVENT_APPENDED, .token = unit->token, .positions = positions};
    drop_first_unit(rig);
    step(rig, &event);
    free(positions);
}

void rig_commit(rig_t *rig)
{
    size_t count = rig->unit_count;
    while (count-- > 0) {
        rig_commit_one(rig);
    }
    settle(rig);
}

void rig_fail_one(rig_t *rig, err_t code)
{
    event_t event = {.kind = EVENT_APPEND_FAILED, .token = rig->units[0].token, .code = code};
    drop_first_unit(rig);
    step(rig, &event);
}

void rig_fail(rig_t *rig, err_t code)
{
    size_t count = rig->unit_count;
    int64_t *tokens = mem_array(count, sizeof *tokens);
    for (size_t i = 0; i < count; i++) {
        tokens[i] = rig->units[i].token;
    }
    while (rig->unit_count > 0) {
        drop_first_unit(rig);
    }
    bool hold = rig->hold_reads;
    rig->hold_reads = true; // failures come one behind the other
    for (size_t i = count; i > 0; i--) {
        event_t event = {.kind = EVENT_APPEND_FAILED, .token = tokens[i - 1], .code = code};
        step(rig, &event);
    }
    rig->hold_reads = hold;
    free(tokens);
}

static const buf_t *find_entry(const rig_t *rig, uint64_t position)
{
    for (size_t i = rig->log_count; i > 0; i--) {
        if (rig->log[i - 1].position == position) {
            return &rig->log[i - 1].bytes;
        }
    }
    return NULL;
}

static void read_one(rig_t *rig)
{
    rig_read_t read = rig->reads[0];
    rig->read_count--;
    memmove(rig->reads, rig->reads + 1, rig->read_count * sizeof *rig->reads);
    view_t *views = mem_array(read.count, sizeof *views);
    buf_t *copies = mem_array(read.count, sizeof *copies); // so that a stale view shows
    for (size_t i = 0; i < read.count; i++) {
        const buf_t *found = find_entry(rig, read.spots[i].position);
        assert_non_null(found);
        assert_int_equal(found->size, read.spots[i].size);
        buf_add(&copies[i], found->data, found->size);
        views[i] = (view_t){copies[i].data, copies[i].size};
    }
    event_t event = {.kind = EVENT_READ,
                     .token = read.token,
                     .bytes = views[0],
                     .reads = views,
                     .read_count = read.count};
    step(rig, &event);
    for (size_t i = 0; i < read.count; i++) {
        buf_release(&copies[i]);
    }
    free(copies);
    free(views);
    free(read.spots);
}

void rig_read(rig_t *rig)
{
    size_t count = rig->read_count;
    while (count-- > 0) {
        read_one(rig);
    }
}

static void keep_append(rig_t *rig, const effect_t *effect)
{
    rig->units = mem_resize(rig->units, rig->unit_count + 1, sizeof *rig->units);
    rig_unit_t *unit = &rig->units[rig->unit_count++];
    *unit = (rig_unit_t){.token = effect->token, .count = effect->entry_count};
    unit->entries = mem_array(effect->entry_count, sizeof *unit->entries);
    for (size_t i = 0; i < effect->entry_count; i++) {
        buf_add(&unit->entries[i], effect->entries[i].head.data, effect->entries[i].head.size);
        buf_add(&unit->entries[i], effect->entries[i].body.data, effect->entries[i].body.size);
    }
}

static void keep_message(rig_t *rig, const effect_t *effect)
{
    assert_true(rig->message_count < RIG_MESSAGES);
    rig_message_t *message = &rig->messages[rig->message_count++];
    *message = (rig_message_t){.count = effect->frame_count};
    memcpy(message->client, effect->client.data, effect->client.size);
    for (size_t i = 0; i < effect->frame_count; i++) {
        buf_add(&message->frames[i], effect->frames[i].data, effect->frames[i].size);
    }
}

static void keep_read(rig_t *rig, const effect_t *effect)
{
    rig->reads = mem_resize(rig->reads, rig->read_count + 1, sizeof *rig->reads);
    rig_read_t read = {.token = effect->token,
                       .spots = mem_array(effect->spot_count, sizeof(spot_t)),
                       .count = effect->spot_count};
    memcpy(read.spots, effect->spots, read.count * sizeof(spot_t));
    rig->reads[rig->read_count++] = read;
}

static void trim(rig_t *rig, uint64_t position)
{
    size_t kept = 0;
    for (size_t i = 0; i < rig->log_count; i++) {
        if (rig->log[i].position < position) {
            buf_release(&rig->log[i].bytes);
        } else {
            rig->log[kept++] = rig->log[i];
        }
    }
    rig->log_count = kept;
}

static void carry_out(rig_t *rig, const effect_t *effect)
{
    switch (effect->kind) {
    case EFFECT_SEND:
        keep_message(rig, effect);
        break;
    case EFFECT_APPEND:
        keep_append(rig, effect);
        break;
    case EFFECT_READ:
        keep_read(rig, effect);
        break;
    case EFFECT_TRIM:
        rig->trim_before = effect->position;
        break;
    case EFFECT_REPORT:
        rig->reports += effect->level >= LOG_WARNING;
        break;
    }
}

static void step(rig_t *rig, event_t *event)
{
    event->now_ms = rig->now_ms;
    event->wall_ms = rig->wall_ms;
    core_step(rig->core, event, &rig->effects);
    for (size_t i = 0; i < rig->effects.count; i++) {
        carry_out(rig, &rig->effects.items[i]);
    }
    if (rig->read_count == 0) { // effects are carried out in order: what is to be read goes later
        trim(rig, rig->trim_before);
    }
}

// What is not held happens at once.
static void settle(rig_t *rig)
{
    while ((!rig->hold_reads && rig->read_count > 0) ||
           (!rig->hold_appends && rig->unit_count > 0)) {
        if (!rig->hold_reads && rig->read_count > 0) {
            read_one(rig);
        } else {
            rig_commit_one(rig);
        }
    }
}

static void forget_reads(rig_t *rig)
{
    for (size_t i = 0; i < rig->read_count; i++) {
        free(rig->reads[i].spots);
    }
    rig->read_count = 0;
}

rig_t *rig_new(const core_options_t *options)
{
    rig_t *rig = mem_new(sizeof *rig);
    rig->options = options ? *options : (core_options_t){0};
    rig->options.incarnation = "br_test";
    rig->messages = mem_array(RIG_MESSAGES, sizeof *rig->messages);
    rig->now_ms = 1000;
    rig->wall_ms = 1700000000000;
    rig->segment = 1;
    rig->at = LAYOUT_SEGMENT_HEAD;
    rig->core = core_new(&rig->options);
    event_t event = {.kind = EVENT_RECOVERY_END};
    step(rig, &event);
    return rig;
}

static void forget_messages(rig_t *rig)
{
    for (size_t i = 0; i < rig->message_count; i++) {
        for (size_t k = 0; k < LIMIT_FRAMES; k++) {
            buf_release(&rig->messages[i].frames[k]);
        }
    }
    rig->message_count = 0;
}

void rig_free(rig_t *rig)
{
    forget_messages(rig);
    while (rig->unit_count > 0) {
        drop_first_unit(rig);
    }
    trim(rig, UINT64_MAX);
    core_destroy(&rig->core);
    effects_release(&rig->effects);
    free(rig->log);
    free(rig->units);
    forget_reads(rig);
    free(rig->reads);
    free(rig->messages);
    free(rig);
}

void rig_restart(rig_t *rig)
{
    forget_messages(rig);
    while (rig->unit_count > 0) {
        drop_first_unit(rig);
    }
    forget_reads(rig);
    rig->trim_before = 0;
    core_destroy(&rig->core);
    rig->core = core_new(&rig->options);
    for (size_t i = 0; i < rig->log_count; i++) {
        const rig_entry_t *entry = &rig->log[i];
        event_t event = {.kind = EVENT_RECOVERED,
                         .position = entry->position,
                         .size = entry->bytes.size,
                         .bytes = {entry->bytes.data, entry->bytes.size}};
        step(rig, &event);
    }
    event_t event = {.kind = EVENT_RECOVERY_END};
    step(rig, &event);
    settle(rig);
}

void rig_send(rig_t *rig, const char *client, const header_t *header, const char *payload)
{
    buf_t bytes = {0};
    envelope_pack(header, &bytes);
    event_t event = {.kind = EVENT_FRAME, .client = view_of(client), .frame_count = 1};
    event.user = rig->user ? view_of(rig->user) : (view_t){0};
    event.frames[0] = (view_t){bytes.data, bytes.size};
    if (payload && strlen(envelope_row(header->kind)->frames) == 2) {
        event.frames[event.frame_count++] = (view_t){"\x80", 1};
    }
    if (payload) {
        event.frames[event.frame_count++] = view_of(payload);
    }
    step(rig, &event);
    buf_release(&bytes);
    settle(rig);
}

void rig_send_frames(rig_t *rig, const char *client, const header_t *header, view_t list,
                     view_t payload)
{
    buf_t bytes = {0};
    envelope_pack(header, &bytes);
    event_t event = {.kind = EVENT_FRAME,
                     .client = view_of(client),
                     .frames = {{bytes.data, bytes.size}, list, payload},
                     .frame_count = 3};
    step(rig, &event);
    buf_release(&bytes);
    settle(rig);
}

void rig_policy(rig_t *rig, const policy_t *policy)
{
    event_t event = {.kind = EVENT_POLICY, .policy = policy};
    step(rig, &event);
    settle(rig);
}

void rig_pass(rig_t *rig, int64_t ms)
{
    int64_t end_ms = rig->now_ms + ms;
    while (rig->now_ms < end_ms) {
        int64_t due_ms = core_due_ms(rig->core);
        int64_t next_ms = due_ms < end_ms ? due_ms : end_ms;
        rig->wall_ms += next_ms > rig->now_ms ? next_ms - rig->now_ms : 0;
        rig->now_ms = next_ms;
        event_t event = {.kind = EVENT_TICK};
        step(rig, &event);
        settle(rig);
    }
}

void rig_gone(rig_t *rig, const char *client)
{
    event_t event = {.kind = EVENT_GONE, .client = view_of(client)};
    step(rig, &event);
    settle(rig);
}
