// SPDX-License-Identifier: MPL-2.0
#include "data/csv/ahead.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/csv/piece.h"

// Moves what is ahead to the front and makes room for `extra` bytes behind it.
static void make_room(ahead_t *ahead, size_t extra)
{
    size_t size = ahead_size(ahead);
    if (ahead->at > 0 && size > 0) {
        memmove(ahead->bytes, ahead->bytes + ahead->at, size);
    }
    ahead->at = 0;
    ahead->end = size;
    size_t need = size + extra + PIECE_SLACK;
    if (need > ahead->capacity) {
        ahead->capacity = size + need;
        ahead->bytes = mem_resize(ahead->bytes, ahead->capacity, 1);
    }
}

err_t ahead_more(ahead_t *ahead, fault_t *fault)
{
    if (ahead->ended) {
        return ERR_OK;
    }
    make_room(ahead, ahead->read_bytes);
    size_t got = 0;
    err_t err =
        stream_read(ahead->stream, ahead->bytes + ahead->end, ahead->read_bytes, &got, fault);
    if (err != ERR_OK) {
        return err;
    }
    ahead->end += got;
    ahead->ended = got == 0;
    memset(ahead->bytes + ahead->end, 0, PIECE_SLACK);
    return ERR_OK;
}

err_t ahead_fill(ahead_t *ahead, size_t size, fault_t *fault)
{
    err_t err = ERR_OK;
    while (err == ERR_OK && !ahead->ended && ahead_size(ahead) < size) {
        err = ahead_more(ahead, fault);
    }
    return err;
}

void ahead_drop(ahead_t *ahead, size_t size)
{
    ahead->at += size;
    ahead->offset += (int64_t)size;
}

err_t ahead_skip(ahead_t *ahead, int64_t offset, fault_t *fault)
{
    err_t err = ERR_OK;
    while (err == ERR_OK && ahead->offset < offset) {
        size_t left = (size_t)(offset - ahead->offset);
        ahead_drop(ahead, left < ahead_size(ahead) ? left : ahead_size(ahead));
        if (ahead->offset < offset && ahead->ended) {
            return fault_set(fault, ERR_IO, "try again", "the file has become shorter");
        }
        err = ahead->offset < offset ? ahead_more(ahead, fault) : ERR_OK;
    }
    return err;
}

void ahead_put(ahead_t *ahead, const char *bytes, size_t size)
{
    if (size == 0) {
        return;
    }
    make_room(ahead, size);
    memmove(ahead->bytes + size, ahead->bytes, ahead->end);
    memcpy(ahead->bytes, bytes, size);
    ahead->end += size;
    ahead->offset -= (int64_t)size;
}

err_t ahead_read(ahead_t *ahead, char *to, size_t size, size_t *ret_size, fault_t *fault)
{
    size_t got = ahead_size(ahead) < size ? ahead_size(ahead) : size;
    if (got > 0) {
        memcpy(to, ahead_bytes(ahead), got);
        ahead_drop(ahead, got);
        *ret_size = got;
        return ERR_OK;
    }
    err_t err = ahead->ended ? ERR_OK : stream_read(ahead->stream, to, size, &got, fault);
    if (err == ERR_OK) {
        ahead->ended = got == 0;
        ahead->offset += (int64_t)got;
        *ret_size = got;
    }
    return err;
}

err_t ahead_pull(void *context, char *to, size_t size, size_t *ret_size, fault_t *fault)
{
    return ahead_read(context, to, size, ret_size, fault);
}

void ahead_clear(ahead_t *ahead)
{
    ahead->at = ahead->end = 0;
    ahead->offset = 0;
    ahead->ended = false;
}

void ahead_release(ahead_t *ahead)
{
    free(ahead->bytes);
    *ahead = (ahead_t){0};
}
