// SPDX-License-Identifier: MPL-2.0
#include "broker/log/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/log/layout.h"

void batch_add(batch_t *batch, const void *head, size_t head_size, const void *body,
               size_t body_size, bool whole)
{
    if (batch->count == batch->capacity) {
        batch->capacity = batch->capacity ? batch->capacity * 2 : 64;
        batch->starts = mem_resize(batch->starts, batch->capacity, sizeof(uint32_t));
    }
    if (batch->count == 0) {
        buf_reserve(&batch->bytes, LAYOUT_BATCH_HEAD);
        batch->bytes.size = LAYOUT_BATCH_HEAD;
    }
    size_t room = layout_record_room(head_size + body_size);
    char *to = buf_reserve(&batch->bytes, room);
    memset(to + room - LAYOUT_ALIGN, 0, LAYOUT_ALIGN);
    layout_put_record(to, head, head_size, body, body_size,
                      whole ? head_size + body_size : head_size);
    batch->starts[batch->count++] = (uint32_t)batch->bytes.size;
    batch->bytes.size += room;
}

void batch_clear(batch_t *batch)
{
    buf_clear(&batch->bytes);
    batch->count = 0;
}

void batch_release(batch_t *batch)
{
    buf_release(&batch->bytes);
    free(batch->starts);
    *batch = (batch_t){0};
}
