// SPDX-License-Identifier: MPL-2.0
#include "data/frame/frame_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crc32c.h"
#include "base/mem.h"

struct frame_writer {
    int fd;
    size_t columns;
    uint64_t offset;
    frame_place_t *places;
    size_t count;
    size_t capacity;
};

static err_t put_at(const frame_writer_t *writer, const void *bytes, size_t size, uint64_t offset,
                    fault_t *fault)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t n = pwrite(writer->fd, at, size, (off_t)offset);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            bool full = n == 0 || errno == ENOSPC || errno == EDQUOT;
            return fault_errno(fault, full ? ERR_FULL : ERR_IO, "the table in columns");
        }
        at += n;
        size -= (size_t)n;
        offset += (uint64_t)n;
    }
    return ERR_OK;
}

static err_t put(frame_writer_t *writer, const void *bytes, size_t size, fault_t *fault)
{
    err_t err = put_at(writer, bytes, size, writer->offset, fault);
    writer->offset += size;
    return err;
}

err_t frame_writer_open(int fd, size_t columns, frame_writer_t **ret_writer, fault_t *fault)
{
    frame_writer_t *writer = mem_new(sizeof *writer);
    *writer = (frame_writer_t){.fd = fd, .columns = columns};
    err_t err = put(writer, FRAME_MAGIC "\0\0\0\0\0\0\0", 16, fault);
    if (err != ERR_OK) {
        frame_writer_destroy(&writer);
        return err;
    }
    *ret_writer = writer;
    return ERR_OK;
}

// The table of sizes in front of a stripe's chunks, padded to 8.
static size_t table_size(const frame_writer_t *writer)
{
    return (writer->columns * sizeof(uint32_t) + 7) & ~(size_t)7;
}

uint64_t frame_writer_reserve(frame_writer_t *writer, size_t rows, size_t bytes)
{
    if (writer->count == writer->capacity) {
        writer->capacity = writer->capacity ? writer->capacity * 2 : 64;
        writer->places = mem_resize(writer->places, writer->capacity, sizeof *writer->places);
    }
    uint64_t place = writer->offset;
    writer->places[writer->count++] = (frame_place_t){.offset = place, .rows = rows};
    writer->offset += table_size(writer) + bytes;
    return place;
}

err_t frame_writer_put(const frame_writer_t *writer, uint64_t place, const uint32_t *sizes,
                       const buf_t *chunks, fault_t *fault)
{
    err_t err = put_at(writer, sizes, writer->columns * sizeof *sizes, place, fault);
    return err == ERR_OK
               ? put_at(writer, chunks->data, chunks->size, place + table_size(writer), fault)
               : err;
}

err_t frame_writer_add(frame_writer_t *writer, size_t rows, const uint32_t *sizes,
                       const buf_t *chunks, fault_t *fault)
{
    uint64_t place = frame_writer_reserve(writer, rows, chunks->size);
    return frame_writer_put(writer, place, sizes, chunks, fault);
}

static char *document_of(char *const *names, const type_t *types, size_t count,
                         const json_t *description)
{
    json_t *columns = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(columns, json_pack("[s, s]", names[i], type_name(types[i])));
    }
    json_t *document = json_pack("{s:o, s:O}", "columns", columns, "description", description);
    char *text = json_dumps(document, JSON_COMPACT);
    json_decref(document);
    return text;
}

err_t frame_writer_close(frame_writer_t *writer, char *const *names, const type_t *types,
                         const json_t *description, fault_t *fault)
{
    char *document = document_of(names, types, writer->columns, description);
    if (!document) {
        return fault_set(fault, ERR_INTERNAL, NULL, "the table's description cannot be written");
    }
    size_t directory_size = writer->count * sizeof *writer->places;
    frame_tail_t tail = {.directory = writer->offset,
                         .stripes = writer->count,
                         .document = writer->offset + directory_size,
                         .document_size = strlen(document),
                         .columns = (uint32_t)writer->columns,
                         .magic = FRAME_MAGIC};
    tail.checksum = crc32c(crc32c(0, writer->places, directory_size), document, strlen(document));
    err_t err = put(writer, writer->places, directory_size, fault);
    if (err == ERR_OK) {
        err = put(writer, document, strlen(document), fault);
    }
    if (err == ERR_OK) {
        err = put(writer, &tail, sizeof tail, fault);
    }
    free(document);
    return err;
}

void frame_writer_destroy(frame_writer_t **writer)
{
    if (*writer) {
        free((*writer)->places);
        free(*writer);
        *writer = NULL;
    }
}
