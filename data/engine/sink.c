// SPDX-License-Identifier: MPL-2.0
#include "data/engine/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/value/hash.h"

struct sink {
    int fd;
    char *path;
    char *part;
    char *mark; // NULL: no marks
    bool device;
    char key[40]; // of the recipe and the table
    int64_t bytes;
    int64_t mark_bytes;
    int64_t marked; // bytes at the last mark
};

static err_t fail(const char *path, fault_t *fault)
{
    bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    return fault_errno(fault, full ? ERR_FULL : ERR_IO, path);
}

static void set_key(sink_t *sink, const json_t *recipe, const frame_t *frame)
{
    char *text = json_dumps(recipe, JSON_COMPACT | JSON_SORT_KEYS);
    char *table = json_dumps(frame_description(frame), JSON_COMPACT | JSON_SORT_KEYS);
    uint64_t first = hash_bytes(text, strlen(text), 1);
    uint64_t second = hash_bytes(table, strlen(table), 2);
    snprintf(sink->key, sizeof sink->key, "%016llx%016llx", (unsigned long long)first,
             (unsigned long long)second);
    free(text);
    free(table);
}

// What an earlier run left, if it is of the same recipe and table.
static bool read_mark(const sink_t *sink, sink_mark_t *mark, int64_t *ret_bytes)
{
    json_t *json = json_load_file(sink->mark, 0, NULL);
    const char *key = json_string_value(json_object_get(json, "key"));
    bool good = key && strcmp(key, sink->key) == 0;
    if (good) {
        mark->begun = true;
        mark->stripe = (size_t)json_integer_value(json_object_get(json, "stripe"));
        mark->rows_in = json_integer_value(json_object_get(json, "rows_in"));
        mark->rows_out = json_integer_value(json_object_get(json, "rows_out"));
        *ret_bytes = json_integer_value(json_object_get(json, "bytes"));
    }
    json_decref(json);
    return good && *ret_bytes > 0;
}

static err_t write_mark(sink_t *sink, const sink_mark_t *mark, fault_t *fault)
{
    if (fdatasync(sink->fd) != 0) {
        return fail(sink->part, fault);
    }
    json_t *json =
        json_pack("{s:s, s:I, s:I, s:I, s:I}", "key", sink->key, "stripe", (json_int_t)mark->stripe,
                  "rows_in", (json_int_t)mark->rows_in, "rows_out", (json_int_t)mark->rows_out,
                  "bytes", (json_int_t)sink->bytes);
    char *fresh = text_format("%s.new", sink->mark);
    err_t err = json_dump_file(json, fresh, JSON_COMPACT) == 0 && rename(fresh, sink->mark) == 0
                    ? ERR_OK
                    : fail(sink->mark, fault);
    json_decref(json);
    free(fresh);
    sink->marked = sink->bytes;
    return err;
}

static bool is_device(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static err_t open_part(sink_t *sink, sink_mark_t *mark, fault_t *fault)
{
    int64_t bytes = 0;
    bool going_on = sink->mark && read_mark(sink, mark, &bytes);
    const char *path = sink->device ? sink->path : sink->part;
    int flags = O_WRONLY | O_CLOEXEC | (sink->device ? 0 : O_CREAT);
    sink->fd = open(path, flags, 0600);
    if (sink->fd < 0) {
        return fail(path, fault);
    }
    if (sink->device) {
        return ERR_OK;
    }
    struct stat status;
    if (going_on && (fstat(sink->fd, &status) != 0 || status.st_size < bytes)) {
        going_on = false; // the output is shorter than the mark says
    }
    if (!going_on) {
        *mark = (sink_mark_t){0};
        bytes = 0;
    }
    if (ftruncate(sink->fd, bytes) != 0 || lseek(sink->fd, bytes, SEEK_SET) < 0) {
        return fail(path, fault);
    }
    sink->bytes = sink->marked = bytes;
    return ERR_OK;
}

err_t sink_open(const char *path, const json_t *recipe, int64_t mark_bytes, const frame_t *frame,
                sink_t **ret_sink, sink_mark_t *ret_mark, fault_t *fault)
{
    sink_t *sink = mem_new(sizeof *sink);
    *ret_mark = (sink_mark_t){0};
    sink->fd = -1;
    sink->mark_bytes = mark_bytes ? mark_bytes : SINK_MARK_BYTES;
    sink->path = mem_strdup(path);
    sink->part = text_format("%s.part", path);
    sink->device = is_device(path);
    if (recipe && !sink->device) {
        sink->mark = text_format("%s.mark", path);
        set_key(sink, recipe, frame);
    }
    err_t err = open_part(sink, ret_mark, fault);
    if (err != ERR_OK) {
        sink_destroy(&sink);
        return err;
    }
    *ret_sink = sink;
    return ERR_OK;
}

err_t sink_add(sink_t *sink, const buf_t *bytes, const sink_mark_t *mark, fault_t *fault)
{
    const char *at = bytes->data;
    size_t left = bytes->size;
    while (left > 0) {
        ssize_t n = write(sink->fd, at, left);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return fail(sink->path, fault);
        }
        at += n;
        left -= (size_t)n;
    }
    sink->bytes += (int64_t)bytes->size;
    bool due = sink->mark && mark->stripe > 0 && sink->bytes - sink->marked >= sink->mark_bytes;
    return due ? write_mark(sink, mark, fault) : ERR_OK;
}

bool sink_is_ordered(const sink_t *sink)
{
    return sink->device || sink->mark;
}

int64_t sink_reserve(sink_t *sink, size_t size)
{
    int64_t place = sink->bytes;
    sink->bytes += (int64_t)size;
    return place;
}

err_t sink_put(const sink_t *sink, int64_t place, const buf_t *bytes, fault_t *fault)
{
    const char *at = bytes->data;
    size_t left = bytes->size;
    while (left > 0) {
        ssize_t n = pwrite(sink->fd, at, left, place);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return fail(sink->path, fault);
        }
        at += n;
        left -= (size_t)n;
        place += n;
    }
    return ERR_OK;
}

err_t sink_close(sink_t **sink, int64_t *ret_bytes, fault_t *fault)
{
    sink_t *self = *sink;
    err_t err = ERR_OK;
    bool synced = !self->mark || fsync(self->fd) == 0;
    if (!self->device && (!synced || rename(self->part, self->path) != 0)) {
        err = fail(self->path, fault);
    }
    *ret_bytes = self->bytes;
    if (err == ERR_OK && self->mark) {
        unlink(self->mark);
    }
    if (err == ERR_OK) {
        free(self->part);
        self->part = NULL; // it has its name
    }
    sink_destroy(sink);
    return err;
}

void sink_destroy(sink_t **sink)
{
    sink_t *self = *sink;
    if (!self) {
        return;
    }
    if (self->fd >= 0) {
        close(self->fd);
    }
    if (self->part && !self->device && !(self->mark && access(self->mark, F_OK) == 0)) {
        unlink(self->part);
    }
    free(self->path);
    free(self->part);
    free(self->mark);
    free(self);
    *sink = NULL;
}

err_t sink_pack(const buf_t *bytes, buf_t *ret_packed, fault_t *fault)
{
    enum { LEVEL = 4, GZIP = 16 + MAX_WBITS, MEMORY = 8 };
    z_stream stream = {0};
    if (deflateInit2(&stream, LEVEL, Z_DEFLATED, GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) {
        return fault_set(fault, ERR_MEMORY, NULL, "not enough memory to pack the output");
    }
    buf_clear(ret_packed);
    size_t bound = deflateBound(&stream, bytes->size);
    stream.next_in = (Bytef *)bytes->data;
    stream.avail_in = (uInt)bytes->size;
    stream.next_out = (Bytef *)buf_reserve(ret_packed, bound);
    stream.avail_out = (uInt)bound;
    int ended = deflate(&stream, Z_FINISH);
    ret_packed->size = bound - stream.avail_out;
    deflateEnd(&stream);
    return ended == Z_STREAM_END
               ? ERR_OK
               : fault_set(fault, ERR_INTERNAL, NULL, "the output cannot be packed");
}
