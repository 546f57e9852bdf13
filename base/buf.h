// SPDX-License-Identifier: MPL-2.0
// A growable byte buffer.
#pragma once

#include <stddef.h>

typedef struct {
    char *data; // NULL while empty
    size_t size;
    size_t capacity;
} buf_t;

// Makes room for `extra` more bytes behind the present ones and returns where they start.
char *buf_reserve(buf_t *buf, size_t extra);

// Appends bytes.
void buf_add(buf_t *buf, const void *bytes, size_t size);

// Appends a formatted text, without a terminator.
void buf_addf(buf_t *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Forgets the content and keeps the memory.
void buf_clear(buf_t *buf);

// Frees the memory; the buffer is empty and usable again.
void buf_release(buf_t *buf);
