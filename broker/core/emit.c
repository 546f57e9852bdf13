// SPDX-License-Identifier: MPL-2.0
#include "broker/core/emit.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "proto/message.h"

static effect_t *add(core_t *core, effect_kind_t kind)
{
    effects_t *effects = core->effects;
    if (effects->count == effects->capacity) {
        effects->capacity = effects->capacity ? effects->capacity * 2 : 64;
        effects->items = mem_resize(effects->items, effects->capacity, sizeof(effect_t));
    }
    effect_t *effect = &effects->items[effects->count++];
    *effect = (effect_t){.kind = kind};
    return effect;
}

// What the scratch buffer holds, moved to the slab.
static view_t keep_scratch(core_t *core)
{
    view_t kept = slab_dup(&core->effects->slab, (view_t){core->scratch.data, core->scratch.size});
    buf_clear(&core->scratch);
    return kept;
}

void emit_to(core_t *core, view_t route, const header_t *header, const view_t *frames, size_t count)
{
    assert(count < LIMIT_FRAMES);
    envelope_pack(header, &core->scratch);
    view_t packed = keep_scratch(core);
    effect_t *effect = add(core, EFFECT_SEND);
    effect->client = slab_dup(&core->effects->slab, route);
    effect->frames[0] = packed;
    for (size_t i = 0; i < count; i++) {
        effect->frames[i + 1] = frames[i];
    }
    effect->frame_count = count + 1;
}

void emit_send(core_t *core, const session_t *session, const header_t *header, const view_t *frames,
               size_t count)
{
    emit_to(core, (view_t){session->route, session->route_size}, header, frames, count);
}

static void send_fault(core_t *core, view_t route, const header_t *header, const fault_t *fault)
{
    message_pack_fault(fault, &core->scratch);
    view_t message = keep_scratch(core);
    emit_to(core, route, header, &message, 1);
}

void emit_refused(core_t *core, view_t route, int64_t id, const fault_t *fault)
{
    header_t header = {.kind = HDR_refused, .refused = {.id = id, .code = fault->code}};
    send_fault(core, route, &header, fault);
}

void emit_done(core_t *core, int64_t session, int64_t id, const fault_t *fault)
{
    const session_t *to = map_get(&core->sessions, &session, sizeof session);
    if (!to || to->ended) {
        return;
    }
    if (fault) {
        emit_refused(core, (view_t){to->route, to->route_size}, id, fault);
        return;
    }
    header_t header = {.kind = HDR_done, .done = {.id = id}};
    emit_send(core, to, &header, NULL, 0);
}

void emit_done_many(core_t *core, int64_t session, int64_t id, int64_t count)
{
    const session_t *to = map_get(&core->sessions, &session, sizeof session);
    if (to && !to->ended) {
        header_t header = {.kind = HDR_done, .done = {.id = id, .count = count > 1 ? count : 0}};
        emit_send(core, to, &header, NULL, 0);
    }
}

void emit_answer_fault(core_t *core, const session_t *session, int64_t id, const fault_t *fault)
{
    header_t header = {.kind = HDR_answer, .answer = {.id = id, .code = fault->code}};
    send_fault(core, (view_t){session->route, session->route_size}, &header, fault);
}

void emit_answer(core_t *core, const session_t *session, int64_t id, message_kind_t kind,
                 const void *message)
{
    header_t header = {.kind = HDR_answer, .answer = {.id = id, .code = ERR_OK}};
    message_pack(kind, message, &core->scratch);
    view_t packed = keep_scratch(core);
    emit_send(core, session, &header, &packed, 1);
}

void emit_report(core_t *core, log_level_t level, const char *report, const char *format, ...)
{
    char text[FAULT_DETAIL_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    view_t kept = slab_dup(&core->effects->slab, (view_t){text, strlen(text) + 1});
    effect_t *effect = add(core, EFFECT_REPORT);
    effect->level = level;
    effect->report = report;
    effect->text = kept.data;
}

op_t *op_new(core_t *core, op_kind_t kind)
{
    op_t *op = mem_new(sizeof *op);
    op->token = ++core->serials;
    op->kind = kind;
    op->at_ms = core->now_ms;
    map_add(&core->ops, &op->token, sizeof op->token, op);
    return op;
}

void op_done(core_t *core, op_t *op)
{
    map_remove(&core->ops, &op->token, sizeof op->token);
    core->append_bytes -= op->bytes;
    if (op->ask) {
        free(op->ask->name);
        free(op->ask->backoff);
        free(op->ask);
    }
    free(op->sizes);
    free(op->targets);
    free(op->before);
    free(op->drive);
    free(op->reason);
    free(op);
}

void entries_add(core_t *core, entries_t *entries, const entry_t *entry, view_t body)
{
    if (entries->count == entries->capacity) {
        size_t capacity = entries->capacity ? entries->capacity * 2 : 4;
        effect_entry_t *items = slab_new(&core->effects->slab, capacity * sizeof *items);
        if (entries->count > 0) {
            memcpy(items, entries->items, entries->count * sizeof *items);
        }
        entries->items = items;
        entries->capacity = capacity;
    }
    entry_pack(entry, &core->scratch);
    entries->items[entries->count++] = (effect_entry_t){
        .head = keep_scratch(core), .body = body, .whole = entry->kind != ENT_record};
}

void emit_append(core_t *core, op_t *op, const entries_t *entries)
{
    emit_append_records(core, op, entries, 0);
}

void emit_append_records(core_t *core, op_t *op, const entries_t *entries, int64_t sync_ms)
{
    op->sizes = mem_array(entries->count, sizeof *op->sizes);
    for (size_t i = 0; i < entries->count; i++) {
        op->sizes[i] = (uint32_t)(entries->items[i].head.size + entries->items[i].body.size);
        op->bytes += op->sizes[i];
    }
    core->append_bytes += op->bytes;
    effect_t *effect = add(core, EFFECT_APPEND);
    effect->token = op->token;
    effect->entries = entries->items;
    effect->entry_count = entries->count;
    effect->sync_ms = sync_ms;
}

void emit_read_many(core_t *core, const op_t *op, const spot_t *spots, size_t count)
{
    effect_t *effect = add(core, EFFECT_READ);
    effect->token = op->token;
    effect->spots = spots;
    effect->spot_count = count;
}

void emit_read(core_t *core, const op_t *op, const record_t *record)
{
    spot_t *spot = slab_new(&core->effects->slab, sizeof *spot);
    *spot = (spot_t){record->position, record->size};
    emit_read_many(core, op, spot, 1);
}

void emit_trim(core_t *core, uint32_t segment)
{
    effect_t *effect = add(core, EFFECT_TRIM);
    effect->position = (uint64_t)segment << 32;
}

void effects_release(effects_t *effects)
{
    free(effects->items);
    slab_release(&effects->slab);
    *effects = (effects_t){0};
}
