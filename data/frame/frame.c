// SPDX-License-Identifier: MPL-2.0
#include "data/frame/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crc32c.h"
#include "base/mem.h"
#include "data/frame/frame_read.h"
#include "data/frame/frame_writer.h"
#include "data/value/levels.h"

struct frame {
    int fd;
    int64_t rows;
    frame_place_t *places;
    int64_t *firsts;
    size_t stripes;
    char **names;
    type_t *types;
    size_t columns;
    levels_t *by_name;
    json_t *document;
};

err_t frame_damaged(fault_t *fault)
{
    return fault_set(fault, ERR_CORRUPT, "import the file again",
                     "the table in columns is damaged");
}

err_t frame_pread(const frame_t *frame, void *to, size_t size, uint64_t offset, fault_t *fault)
{
    char *at = to;
    while (size > 0) {
        ssize_t n = pread(frame->fd, at, size, (off_t)offset);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return fault_errno(fault, ERR_IO, "the table in columns");
        }
        if (n == 0) {
            return frame_damaged(fault);
        }
        at += n;
        size -= (size_t)n;
        offset += (uint64_t)n;
    }
    return ERR_OK;
}

uint64_t frame_stripe_offset(const frame_t *frame, size_t stripe)
{
    return frame->places[stripe].offset;
}

static bool read_columns(frame_t *frame)
{
    const json_t *columns = json_object_get(frame->document, "columns");
    if (json_array_size(columns) != frame->columns ||
        !json_object_get(frame->document, "description")) {
        return false;
    }
    frame->names = mem_array(frame->columns, sizeof *frame->names);
    frame->types = mem_array(frame->columns, sizeof *frame->types);
    frame->by_name = levels_new(frame->columns, SIZE_MAX);
    for (size_t i = 0; i < frame->columns; i++) {
        const json_t *column = json_array_get(columns, i);
        const char *name = json_string_value(json_array_get(column, 0));
        const char *type = json_string_value(json_array_get(column, 1));
        if (!name || !type || !type_by_name(type, &frame->types[i]) ||
            levels_add(frame->by_name, name, strlen(name), 1) != (int64_t)i) {
            return false;
        }
        frame->names[i] = mem_strdup(name);
    }
    return true;
}

static bool sum_rows(frame_t *frame)
{
    frame->firsts = mem_array(frame->stripes, sizeof *frame->firsts);
    for (size_t i = 0; i < frame->stripes; i++) {
        frame->firsts[i] = frame->rows;
        if (frame->places[i].rows > FRAME_STRIPE_ROWS) {
            return false;
        }
        frame->rows += (int64_t)frame->places[i].rows;
    }
    return true;
}

// Reads directory and document into one piece of memory, checks them, and takes them apart.
static err_t read_directory(frame_t *frame, const frame_tail_t *tail, fault_t *fault)
{
    size_t directory = tail->stripes * sizeof(frame_place_t);
    char *bytes = malloc(directory + tail->document_size);
    if (!bytes) {
        return fault_set(fault, ERR_MEMORY, NULL, "not enough memory for the table's directory");
    }
    err_t err = frame_pread(frame, bytes, directory + tail->document_size, tail->directory, fault);
    if (err == ERR_OK && crc32c(0, bytes, directory + tail->document_size) != tail->checksum) {
        err = frame_damaged(fault);
    }
    if (err == ERR_OK) {
        frame->columns = tail->columns;
        frame->stripes = tail->stripes;
        frame->places = mem_array(tail->stripes, sizeof *frame->places);
        memcpy(frame->places, bytes, directory);
        frame->document = json_loadb(bytes + directory, tail->document_size, JSON_ALLOW_NUL, NULL);
        if (!frame->document || !read_columns(frame) || !sum_rows(frame)) {
            err = frame_damaged(fault);
        }
    }
    free(bytes);
    return err;
}

static err_t read_tail(frame_t *frame, fault_t *fault)
{
    struct stat status;
    frame_tail_t tail;
    if (fstat(frame->fd, &status) != 0) {
        return fault_errno(fault, ERR_IO, "the table in columns");
    }
    uint64_t size = (uint64_t)status.st_size;
    if (size < 16 + sizeof tail) {
        return frame_damaged(fault);
    }
    err_t err = frame_pread(frame, &tail, sizeof tail, size - sizeof tail, fault);
    if (err != ERR_OK) {
        return err;
    }
    uint64_t end = size - sizeof tail;
    if (memcmp(tail.magic, FRAME_MAGIC, sizeof tail.magic) != 0 || tail.directory > end ||
        tail.stripes > (end - tail.directory) / sizeof(frame_place_t) ||
        tail.document != tail.directory + tail.stripes * sizeof(frame_place_t) ||
        tail.document_size != end - tail.document || tail.columns == 0 ||
        tail.columns > FRAME_COLUMNS_MAX) {
        return frame_damaged(fault);
    }
    return read_directory(frame, &tail, fault);
}

err_t frame_open_fd(int fd, frame_t **ret_frame, fault_t *fault)
{
    frame_t *frame = mem_new(sizeof *frame);
    frame->fd = fd;
    err_t err = read_tail(frame, fault);
    if (err != ERR_OK) {
        frame_destroy(&frame);
        return err;
    }
    *ret_frame = frame;
    return ERR_OK;
}

err_t frame_open(const char *path, frame_t **ret_frame, fault_t *fault)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fault_errno(fault, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, path);
    }
    return frame_open_fd(fd, ret_frame, fault);
}

// [name, type] of every column of a description.
static json_t *list_columns(const json_t *description)
{
    json_t *list = json_array();
    size_t i;
    json_t *column;
    json_array_foreach(json_object_get(description, "columns"), i, column)
    {
        json_array_append_new(list, json_pack("[O?, O?]", json_object_get(column, "name"),
                                              json_object_get(column, "type")));
    }
    return list;
}

err_t frame_blank(const json_t *description, frame_t **ret_frame, fault_t *fault)
{
    frame_t *frame = mem_new(sizeof *frame);
    frame->fd = -1;
    frame->document = json_pack("{s:o, s:O}", "columns", list_columns(description), "description",
                                (json_t *)description);
    frame->columns = json_array_size(json_object_get(frame->document, "columns"));
    if (frame->columns == 0 || frame->columns > FRAME_COLUMNS_MAX || !read_columns(frame)) {
        frame_destroy(&frame);
        return fault_set(fault, ERR_CORRUPT, "give each column a name of its own and a type",
                         "the table's description is damaged");
    }
    *ret_frame = frame;
    return ERR_OK;
}

int64_t frame_rows(const frame_t *frame)
{
    return frame->rows;
}

size_t frame_columns(const frame_t *frame)
{
    return frame->columns;
}

const char *frame_name(const frame_t *frame, size_t column)
{
    return frame->names[column];
}

type_t frame_type(const frame_t *frame, size_t column)
{
    return frame->types[column];
}

int64_t frame_find(const frame_t *frame, const char *name)
{
    return levels_find(frame->by_name, name, strlen(name));
}

const json_t *frame_description(const frame_t *frame)
{
    return json_object_get(frame->document, "description");
}

size_t frame_stripes(const frame_t *frame)
{
    return frame->stripes;
}

int64_t frame_stripe_first(const frame_t *frame, size_t stripe)
{
    return frame->firsts[stripe];
}

void frame_forget_stripe(const frame_t *frame, size_t stripe)
{
    uint64_t from = frame->places[stripe].offset;
    uint64_t to = stripe + 1 < frame->stripes ? frame->places[stripe + 1].offset : from;
    if (to > from) {
        (void)fallocate(frame->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)from,
                        (off_t)(to - from));
    }
}

size_t frame_stripe_rows(const frame_t *frame, size_t stripe)
{
    return frame->places[stripe].rows;
}

void frame_destroy(frame_t **frame)
{
    if (!*frame) {
        return;
    }
    if ((*frame)->fd >= 0) {
        close((*frame)->fd);
    }
    for (size_t i = 0; (*frame)->names && i < (*frame)->columns; i++) {
        free((*frame)->names[i]);
    }
    free((*frame)->names);
    free((*frame)->types);
    free((*frame)->places);
    free((*frame)->firsts);
    levels_destroy(&(*frame)->by_name);
    json_decref((*frame)->document);
    free(*frame);
    *frame = NULL;
}
