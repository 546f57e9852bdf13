// SPDX-License-Identifier: MPL-2.0
// What is on its way to the broker, or waits for its answer: a reply, a call, a publish, or what
// becomes of a record.
#pragma once

#include "base/heap.h"
#include "base/list.h"
#include "bus/bus.h"

typedef enum {
    ASK_REPLY,  // to a request; nothing comes back
    ASK_SETTLE, // ack, nack, touch, term
    ASK_CALL,
    ASK_PUBLISH,
    ASK_KINDS,
} ask_kind_t;

typedef struct {
    int64_t id;
    ask_kind_t kind;
    bool sent;
    bool returned;   // refused before hello: surely not done, may be sent again
    header_t header; // its texts are views into `bytes`
    char *bytes;     // texts, message, payload
    char *text_at;   // where the next text goes
    bytes_t frames[2];
    size_t frame_count;
    int64_t deadline_ms; // of a call
    int64_t allowed_ms;
    heap_node_t due;
    list_t link;    // in a lane
    fault_t *fault; // why it failed, until its handler is told
    bus_answer_fn *on_answer;
    bus_published_fn *on_published;
    bus_settled_fn *on_settled;
    void *context;
} ask_t;

// A new ask with the frames copied; the header's texts are added by ask_text.
ask_t *ask_new(ask_kind_t kind, header_kind_t header, const bytes_t *frames, size_t count,
               size_t text_bytes);

// Copies a text (NULL is allowed) behind what is there; at most `text_bytes` in all.
view_t ask_text(ask_t *ask, const char *text);

// The bytes of its frames.
size_t ask_size(const ask_t *ask);

void ask_free(ask_t *ask);
