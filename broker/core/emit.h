// SPDX-License-Identifier: MPL-2.0
// What the parts of the core ask for: frames to clients, entries for the log, entries from it.
#pragma once

#include "broker/core/state.h"
#include "proto/message.h"

// Sends a header, with up to two frames behind it, to a routing id.
void emit_to(core_t *core, view_t route, const header_t *header, const view_t *frames,
             size_t count);

// The same to a session.
void emit_send(core_t *core, const session_t *session, const header_t *header, const view_t *frames,
               size_t count);

// Refuses the frame with this id.
void emit_refused(core_t *core, view_t route, int64_t id, const fault_t *fault);

// Tells a session that what it asked for with this id is done, or why not (fault may be NULL). A
// session that has ended is told nothing.
void emit_done(core_t *core, int64_t session, int64_t id, const fault_t *fault);

// Confirms several ids in a row with one message.
void emit_done_many(core_t *core, int64_t session, int64_t id, int64_t count);

// Answers a call with a fault.
void emit_answer_fault(core_t *core, const session_t *session, int64_t id, const fault_t *fault);

// Answers a call with a message (a msg_<kind>_t).
void emit_answer(core_t *core, const session_t *session, int64_t id, message_kind_t kind,
                 const void *message);

// Something worth a line in the broker's log.
void emit_report(core_t *core, log_level_t level, const char *report, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// A new op, known by its token until op_done. `kind` and what the caller fills in come back with
// the event.
op_t *op_new(core_t *core, op_kind_t kind);

// Forgets the op and frees it.
void op_done(core_t *core, op_t *op);

// A list of entries for one APPEND, in the slab of this step.
typedef struct {
    effect_entry_t *items;
    size_t count;
    size_t capacity;
} entries_t;

// Adds an entry. The body must live as long as the effects.
void entries_add(core_t *core, entries_t *entries, const entry_t *entry, view_t body);

// Asks for the entries to be appended together. The op's `bytes` count as on the way until
// emit_appended.
void emit_append(core_t *core, op_t *op, const entries_t *entries);

// The same, and the sync may come later. The op keeps the sizes of the entries.
void emit_append_records(core_t *core, op_t *op, const entries_t *entries, int64_t sync_ms);

// Asks for the entry of a record.
void emit_read(core_t *core, const op_t *op, const record_t *record);

// Asks for many; the spots live as long as the effects.
void emit_read_many(core_t *core, const op_t *op, const spot_t *spots, size_t count);

// Asks to forget all segments before this one.
void emit_trim(core_t *core, uint32_t segment);
