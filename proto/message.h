// SPDX-License-Identifier: MPL-2.0
// The messages, made from message.def: msg_fault_t and so on, MSG_fault, and a schema each.
#pragma once

#include "proto/envelope.h"

typedef enum {
#define MESSAGE(name, wire) MSG_##name,
#define FIELD(message, kind, name, limit, required)
#define MESSAGE_END(name)
#include "proto/message.def"
#undef MESSAGE
#undef FIELD
#undef MESSAGE_END
    MSG_COUNT,
} message_kind_t;

#define MESSAGE(name, wire)                                                                        \
    typedef struct {                                                                               \
        char none;
#define FIELD(message, kind, name, limit, required) FIELD_TYPE_##kind name;
#define MESSAGE_END(name)                                                                          \
    }                                                                                              \
    msg_##name##_t;
#include "proto/message.def"
#undef MESSAGE
#undef FIELD
#undef MESSAGE_END

// The schema of a kind; `name` in it is the wire name.
const schema_t *message_schema(message_kind_t kind);

// Appends the message (a msg_<kind>_t) as a map.
void message_pack(message_kind_t kind, const void *message, buf_t *to);

// Reads a frame into a msg_<kind>_t. ERR_TOO_LARGE over LIMIT_FRAME_BYTES; ERR_MALFORMED;
// ERR_INVALID names the field. Freed with message_release.
err_t message_unpack(message_kind_t kind, const void *bytes, size_t size, void *ret,
                     fault_t *fault);

// Frees what the message owns and zeroes it.
void message_release(message_kind_t kind, void *message);

// Appends a fault as a `fault` message.
void message_pack_fault(const fault_t *fault, buf_t *to);

// Reads a `fault` message; when it is not one, the result says so under `code`.
void message_unpack_fault(err_t code, const void *bytes, size_t size, fault_t *ret);
