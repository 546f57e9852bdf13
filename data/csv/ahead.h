// SPDX-License-Identifier: MPL-2.0
// A stream with a buffer of what has been read and not been used.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/csv/stream.h"

typedef struct {
    stream_t *stream; // borrowed
    char *bytes;
    size_t capacity;
    size_t at; // the bytes [at, end) are ahead
    size_t end;
    size_t read_bytes; // one read
    int64_t offset;    // of the first byte ahead, in the text
    bool ended;        // there is no more behind them
} ahead_t;

// The bytes that are ahead; PIECE_SLACK more may be read.
static inline const char *ahead_bytes(const ahead_t *ahead)
{
    return ahead->bytes + ahead->at;
}

static inline size_t ahead_size(const ahead_t *ahead)
{
    return ahead->end - ahead->at;
}

// Reads on once, so that more is ahead or it has ended. Errors: those of stream_read.
err_t ahead_more(ahead_t *ahead, fault_t *fault);

// Reads on until `size` bytes are ahead or it has ended. Errors: those of stream_read.
err_t ahead_fill(ahead_t *ahead, size_t size, fault_t *fault);

// Uses up `size` bytes that are ahead.
void ahead_drop(ahead_t *ahead, size_t size);

// Goes on to `offset` in the text, which must not lie behind. Errors: those of stream_read.
err_t ahead_skip(ahead_t *ahead, int64_t offset, fault_t *fault);

// Puts bytes in front of what is ahead, after ahead_read took more than was wanted.
void ahead_put(ahead_t *ahead, const char *bytes, size_t size);

// Moves at most `size` bytes to `to`: what is ahead, else the stream's own. *ret_size is 0 at the
// end only. Errors: those of stream_read.
err_t ahead_read(ahead_t *ahead, char *to, size_t size, size_t *ret_size, fault_t *fault);

// The same with the shape of a reader's source; `context` is an ahead_t.
err_t ahead_pull(void *context, char *to, size_t size, size_t *ret_size, fault_t *fault);

// Forgets all, to begin with a stream that was rewound.
void ahead_clear(ahead_t *ahead);

void ahead_release(ahead_t *ahead);
