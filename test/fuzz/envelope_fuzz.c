// SPDX-License-Identifier: MPL-2.0
// Any bytes as a header frame: refused with a fault, or read, written and read again to the same
// bytes.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    header_t header;
    fault_t fault = {0};
    if (envelope_unpack(data, size, &header, &fault)) {
        if (fault.code == ERR_OK || fault.detail[0] == '\0') {
            abort();
        }
        return 0;
    }
    buf_t first = {0};
    envelope_pack(&header, &first);
    header_t again;
    buf_t second = {0};
    if (envelope_unpack(first.data, first.size, &again, &fault)) {
        abort();
    }
    envelope_pack(&again, &second);
    if (first.size != second.size || memcmp(first.data, second.data, first.size) != 0) {
        abort();
    }
    buf_release(&first);
    buf_release(&second);
    return 0;
}
