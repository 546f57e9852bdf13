// SPDX-License-Identifier: MPL-2.0
#include "broker/core/entry.h"

#include <string.h>

#define ENTRY(name, number) static const field_t FIELDS_##name[] = {
#define ITEM(entry, kind, name, limit, required)                                                   \
    {#name, FIELD_##kind, offsetof(ent_##entry##_t, name), limit, required},
#define ENTRY_END(name)                                                                            \
    {                                                                                              \
        0                                                                                          \
    }                                                                                              \
    }                                                                                              \
    ;
#include "broker/core/entry.def"
#undef ENTRY
#undef ITEM
#undef ENTRY_END

// Indexed by kind; 0 is no kind.
static const schema_t SCHEMAS[] = {
#define ENTRY(name, number)                                                                        \
    [ENT_##name] = {#name, FIELDS_##name, sizeof FIELDS_##name / sizeof FIELDS_##name[0] - 1,      \
                    sizeof(ent_##name##_t), number},
#define ITEM(entry, kind, name, limit, required)
#define ENTRY_END(name)
#include "broker/core/entry.def"
#undef ENTRY
#undef ITEM
#undef ENTRY_END
};

enum { SCHEMA_COUNT = sizeof SCHEMAS / sizeof SCHEMAS[0] };

const schema_t *entry_schema(entry_kind_t kind)
{
    return &SCHEMAS[kind];
}

void entry_pack(const entry_t *entry, buf_t *to)
{
    size_t start = to->size;
    memset(buf_reserve(to, 2), 0, 2);
    to->size += 2;
    codec_pack_array(&SCHEMAS[entry->kind], &entry->record, to);
    size_t head = to->size - start - 2;
    to->data[start] = (char)(head & 0xFFU);
    to->data[start + 1] = (char)(head >> 8);
}

err_t entry_unpack(view_t bytes, entry_t *ret, view_t *ret_body, fault_t *fault)
{
    const unsigned char *at = (const unsigned char *)bytes.data;
    size_t head = bytes.size >= 4 ? at[0] | (size_t)at[1] << 8 : 0;
    // The head is an array whose first item is the kind, a number below 128.
    bool whole = head >= 4 && head <= bytes.size - 2;
    size_t kind = whole ? at[at[2] == 0xdc ? 5 : 3] : 0;
    if (kind == 0 || kind >= SCHEMA_COUNT) {
        return fault_set(fault, ERR_CORRUPT, "was it written by a newer version?",
                         "a log entry is of no known kind");
    }
    entry_t entry = {.kind = (entry_kind_t)kind};
    fault_t reason;
    if (codec_unpack_array(&SCHEMAS[kind], at + 2, head, &entry.record, &reason)) {
        return fault_set(fault, ERR_CORRUPT, NULL, "a log entry cannot be read: %.300s",
                         reason.detail);
    }
    *ret = entry;
    *ret_body = (view_t){bytes.data + 2 + head, bytes.size - 2 - head};
    return ERR_OK;
}
