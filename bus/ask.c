// SPDX-License-Identifier: MPL-2.0
#include "bus/ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

ask_t *ask_new(ask_kind_t kind, header_kind_t header, const bytes_t *frames, size_t count,
               size_t text_bytes)
{
    ask_t *ask = mem_new(sizeof *ask);
    ask->kind = kind;
    ask->header.kind = header;
    list_init(&ask->link);
    size_t size = text_bytes;
    for (size_t i = 0; i < count; i++) {
        size += frames[i].size;
    }
    ask->bytes = mem_new(size);
    char *at = ask->bytes + text_bytes;
    for (size_t i = 0; i < count; i++) {
        if (frames[i].size > 0) {
            memcpy(at, frames[i].data, frames[i].size);
        }
        ask->frames[i] = (bytes_t){at, frames[i].size};
        at += frames[i].size;
    }
    ask->frame_count = count;
    ask->text_at = ask->bytes;
    return ask;
}

view_t ask_text(ask_t *ask, const char *text)
{
    if (!text) {
        return (view_t){0};
    }
    view_t copy = {ask->text_at, strlen(text)};
    memcpy(ask->text_at, text, copy.size);
    ask->text_at += copy.size;
    return copy;
}

size_t ask_size(const ask_t *ask)
{
    size_t size = 0;
    for (size_t i = 0; i < ask->frame_count; i++) {
        size += ask->frames[i].size;
    }
    return size;
}

void ask_free(ask_t *ask)
{
    free(ask->fault);
    free(ask->bytes);
    free(ask);
}
