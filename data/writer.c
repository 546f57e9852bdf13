// SPDX-License-Identifier: MPL-2.0
#include "data/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "data/value/number.h"

enum { FLUSH_BYTES = 1 << 18 };

struct writer {
    int fd;
    char *path;
    char delimiter;
    buf_t buffer;
    size_t row; // where the row starts in the buffer
    size_t fields;
    int64_t bytes;
};

err_t writer_open(const char *path, char delimiter, writer_t **ret_writer, fault_t *fault)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return fault_errno(fault, ERR_IO, path);
    }
    writer_t *writer = mem_new(sizeof *writer);
    writer->fd = fd;
    writer->path = mem_strdup(path);
    writer->delimiter = delimiter;
    *ret_writer = writer;
    return ERR_OK;
}

void writer_raw(writer_t *writer, const char *bytes, size_t size)
{
    if (writer->fields++ > 0) {
        buf_add(&writer->buffer, &writer->delimiter, 1);
    }
    buf_add(&writer->buffer, bytes, size);
}

static bool needs_quotes(const writer_t *writer, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (c == writer->delimiter || c == '"' || c == '\n' || c == '\r') {
            return true;
        }
    }
    return false;
}

void writer_text(writer_t *writer, const char *text, size_t size)
{
    if (!needs_quotes(writer, text, size)) {
        writer_raw(writer, text, size);
        return;
    }
    writer_raw(writer, "\"", 1);
    for (size_t i = 0; i < size; i++) {
        buf_add(&writer->buffer, &text[i], 1);
        if (text[i] == '"') {
            buf_add(&writer->buffer, "\"", 1);
        }
    }
    buf_add(&writer->buffer, "\"", 1);
}

void writer_value(writer_t *writer, value_t value)
{
    char text[NUMBER_TEXT_SIZE];
    switch (value.kind) {
    case VALUE_MISSING:
        writer_raw(writer, "", 0);
        break;
    case VALUE_NUMBER:
        writer_raw(writer, text, number_format(value.number, text));
        break;
    case VALUE_TEXT:
        writer_text(writer, value.text, value.size);
        break;
    }
}

void writer_cell(writer_t *writer, const cell_t *cell)
{
    if (cell->field) {
        writer_raw(writer, cell->field->raw, cell->field->raw_size);
    } else {
        writer_value(writer, cell->value);
    }
}

static err_t flush(writer_t *writer, fault_t *fault)
{
    size_t done = 0;
    while (done < writer->buffer.size) {
        ssize_t n = write(writer->fd, writer->buffer.data + done, writer->buffer.size - done);
        if (n < 0 && errno != EINTR) {
            return fault_errno(fault, ERR_IO, writer->path);
        }
        done += n > 0 ? (size_t)n : 0;
    }
    writer->bytes += (int64_t)done;
    buf_clear(&writer->buffer);
    return ERR_OK;
}

err_t writer_end_row(writer_t *writer, bool keep_blank, fault_t *fault)
{
    if (writer->fields == 1 && writer->buffer.size == writer->row && !keep_blank) {
        buf_add(&writer->buffer, "\"\"", 2);
    }
    buf_add(&writer->buffer, "\n", 1);
    writer->fields = 0;
    err_t err = writer->buffer.size >= FLUSH_BYTES ? flush(writer, fault) : ERR_OK;
    writer->row = writer->buffer.size;
    return err;
}

err_t writer_close(writer_t **writer, int64_t *ret_bytes, fault_t *fault)
{
    err_t err = flush(*writer, fault);
    if (err == ERR_OK && fsync((*writer)->fd) != 0) {
        err = fault_errno(fault, ERR_IO, (*writer)->path);
    }
    if (err == ERR_OK) {
        *ret_bytes = (*writer)->bytes;
    }
    writer_destroy(writer);
    return err;
}

void writer_destroy(writer_t **writer)
{
    if (!*writer) {
        return;
    }
    close((*writer)->fd);
    free((*writer)->path);
    buf_release(&(*writer)->buffer);
    free(*writer);
    *writer = NULL;
}

void writer_remove(const char *path)
{
    struct stat status;
    if (lstat(path, &status) == 0 && S_ISREG(status.st_mode)) {
        unlink(path);
    }
}
