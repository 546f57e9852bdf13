// SPDX-License-Identifier: MPL-2.0
// Any bytes as each message in turn (the first byte picks it): refused with a fault, or read,
// written and read again.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef union {
#define MESSAGE(name, wire) msg_##name##_t name;
#define FIELD(message, kind, name, limit, required)
#define MESSAGE_END(name)
#include "proto/message.def"
#undef MESSAGE
#undef FIELD
#undef MESSAGE_END
} any_t;

static void pack_twice(message_kind_t kind, any_t *message)
{
    buf_t first = {0};
    message_pack(kind, message, &first);
    any_t again;
    buf_t second = {0};
    // What was read fits the limits, but for a document: its shortest form may only get shorter.
    if (message_unpack(kind, first.data, first.size, &again, NULL)) {
        abort();
    }
    message_pack(kind, &again, &second);
    if (first.size != second.size || memcmp(first.data, second.data, first.size) != 0) {
        abort();
    }
    message_release(kind, &again);
    buf_release(&first);
    buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    message_kind_t kind = data[0] % MSG_COUNT;
    any_t message;
    fault_t fault = {0};
    if (message_unpack(kind, data + 1, size - 1, &message, &fault)) {
        if (fault.code == ERR_OK || fault.detail[0] == '\0') {
            abort();
        }
        return 0;
    }
    pack_twice(kind, &message);
    message_release(kind, &message);
    return 0;
}
