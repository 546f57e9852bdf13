// SPDX-License-Identifier: MPL-2.0
#include "proto/message.h"

#include "base/text.h"

#define MESSAGE(name, wire) static const field_t FIELDS_##name[] = {
#define FIELD(message, kind, name, limit, required)                                                \
    {#name, FIELD_##kind, offsetof(msg_##message##_t, name), limit, required},
#define MESSAGE_END(name)                                                                          \
    {                                                                                              \
        0                                                                                          \
    }                                                                                              \
    }                                                                                              \
    ;
#include "proto/message.def"
#undef MESSAGE
#undef FIELD
#undef MESSAGE_END

static const schema_t SCHEMAS[MSG_COUNT] = {
#define MESSAGE(name, wire)                                                                        \
    [MSG_##name] = {wire, FIELDS_##name, sizeof FIELDS_##name / sizeof FIELDS_##name[0] - 1,       \
                    sizeof(msg_##name##_t), 0},
#define FIELD(message, kind, name, limit, required)
#define MESSAGE_END(name)
#include "proto/message.def"
#undef MESSAGE
#undef FIELD
#undef MESSAGE_END
};

const schema_t *message_schema(message_kind_t kind)
{
    return &SCHEMAS[kind];
}

void message_pack(message_kind_t kind, const void *message, buf_t *to)
{
    codec_pack_map(&SCHEMAS[kind], message, to);
}

err_t message_unpack(message_kind_t kind, const void *bytes, size_t size, void *ret, fault_t *fault)
{
    if (size > LIMIT_FRAME_BYTES) {
        return fault_set(fault, ERR_TOO_LARGE, "send large content as a blob",
                         "the %s message has %zu bytes, at most %d are allowed", SCHEMAS[kind].name,
                         size, LIMIT_FRAME_BYTES);
    }
    return codec_unpack_map(&SCHEMAS[kind], bytes, size, ret, fault);
}

void message_release(message_kind_t kind, void *message)
{
    codec_release(&SCHEMAS[kind], message);
}

void message_pack_fault(const fault_t *fault, buf_t *to)
{
    fault_t copy = *fault;
    msg_fault_t message = {
        .code = err_name(fault->code),
        .detail = copy.detail,
        .remedy = copy.remedy,
        .line = fault->line,
        .step = fault->step,
        .column = copy.column,
    };
    message_pack(MSG_fault, &message, to);
}

void message_unpack_fault(err_t code, const void *bytes, size_t size, fault_t *ret)
{
    msg_fault_t message = {0};
    if (message_unpack(MSG_fault, bytes, size, &message, NULL)) {
        fault_set(ret, code, NULL, "%s", err_text(code));
        return;
    }
    fault_set(ret, err_by_name(message.code), message.remedy, "%s", message.detail);
    fault_at(ret, message.line, (int32_t)message.step, message.column);
    message_release(MSG_fault, &message);
}
