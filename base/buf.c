// SPDX-License-Identifier: MPL-2.0
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

char *buf_reserve(buf_t *buf, size_t extra)
{
    if (buf->capacity - buf->size < extra) {
        size_t wanted = buf->size + extra;
        size_t doubled = buf->capacity * 2;
        buf->capacity = wanted > doubled ? wanted : doubled;
        buf->data = mem_resize(buf->data, buf->capacity, 1);
    }
    return buf->data + buf->size;
}

void buf_add(buf_t *buf, const void *bytes, size_t size)
{
    if (size == 0) {
        return;
    }
    memcpy(buf_reserve(buf, size), bytes, size);
    buf->size += size;
}

void buf_addf(buf_t *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = NULL;
    int n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0) {
        mem_exhausted(1);
    }
    buf_add(buf, text, (size_t)n);
    free(text);
}

void buf_clear(buf_t *buf)
{
    buf->size = 0;
}

void buf_release(buf_t *buf)
{
    free(buf->data);
    *buf = (buf_t){0};
}
