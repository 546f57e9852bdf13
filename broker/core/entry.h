// SPDX-License-Identifier: MPL-2.0
// What the core writes to the log, made from entry.def: ent_record_t and so on, ENT_record. On disk
// an entry is two bytes of head length (little endian), the head (a MessagePack array, as on the
// wire) and the body.
#pragma once

#include "proto/codec.h"
#include "proto/limits.h"

#define ENTRY_TYPE_VIEW view_t
#define ENTRY_TYPE_INT int64_t
#define ENTRY_TYPE_BOOL bool

typedef enum {
#define ENTRY(name, number) ENT_##name = (number),
#define ITEM(entry, kind, name, limit, required)
#define ENTRY_END(name)
#include "broker/core/entry.def"
#undef ENTRY
#undef ITEM
#undef ENTRY_END
} entry_kind_t;

#define ENTRY(name, number)                                                                        \
    typedef struct {                                                                               \
        char none;
#define ITEM(entry, kind, name, limit, required) ENTRY_TYPE_##kind name;
#define ENTRY_END(name)                                                                            \
    }                                                                                              \
    ent_##name##_t;
#include "broker/core/entry.def"
#undef ENTRY
#undef ITEM
#undef ENTRY_END

// One of any entry, with its kind.
typedef struct {
    entry_kind_t kind;
    union {
#define ENTRY(name, number) ent_##name##_t name;
#define ITEM(entry, kind, name, limit, required)
#define ENTRY_END(name)
#include "broker/core/entry.def"
#undef ENTRY
#undef ITEM
#undef ENTRY_END
    };
} entry_t;

enum {
    ENTRY_HEAD_MAX = LIMIT_HEADER_BYTES,
    ENTRY_BYTES_MAX = LIMIT_FRAME_BYTES + ENTRY_HEAD_MAX + 2,
};

// The name and the fields of a kind.
const schema_t *entry_schema(entry_kind_t kind);

// Appends the length and the head; the body is to follow.
void entry_pack(const entry_t *entry, buf_t *to);

// Reads an entry; the views and the body point into `bytes`. ERR_CORRUPT when it is not one.
err_t entry_unpack(view_t bytes, entry_t *ret, view_t *ret_body, fault_t *fault);
