// SPDX-License-Identifier: MPL-2.0
#include "bus/transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "proto/method.h"

enum { CHUNK = 512 * 1024, RETRIES = 5 };

// Calls a method of service blob and reads its answer into `ret` (of the method's answer kind).
static err_t ask(bus_t *bus, method_t method, const void *message, bytes_t payload, void *ret,
                 buf_t *ret_payload, fault_t *fault)
{
    const method_row_t *row = method_row(method);
    buf_t packed = {0};
    buf_t answer = {0};
    message_pack(row->request, message, &packed);
    err_t err = ERR_UNAVAILABLE;
    for (int i = 0; i < RETRIES && (err == ERR_UNAVAILABLE || err == ERR_TIMEOUT); i++) {
        buf_clear(&answer);
        err =
            bus_call_wait(bus, row->service, row->name, (bytes_t){packed.data, packed.size},
                          payload, row->deadline_ms, row->idempotent, &answer, ret_payload, fault);
    }
    err = err ? err : message_unpack(row->answer, answer.data, answer.size, ret, fault);
    buf_release(&packed);
    buf_release(&answer);
    return err;
}

static err_t copy_local(int from, const char *path, fault_t *fault)
{
    int to = open(path, O_WRONLY | O_CLOEXEC);
    if (to < 0) {
        return fault_errno(fault, ERR_IO, path);
    }
    ssize_t n;
    while ((n = copy_file_range(from, NULL, to, NULL, 1U << 30, 0)) > 0) {
    }
    err_t err = n < 0 ? fault_errno(fault, ERR_IO, path) : ERR_OK;
    close(to);
    return err;
}

static err_t send_chunks(bus_t *bus, int from, const char *upload, fault_t *fault)
{
    char *chunk = mem_new(CHUNK);
    int64_t at = 0;
    err_t err = ERR_OK;
    while (err == ERR_OK) {
        ssize_t n = pread(from, chunk, CHUNK, at);
        if (n <= 0) {
            err = n < 0 ? fault_errno(fault, ERR_IO, "reading the file") : ERR_OK;
            break;
        }
        msg_blob_write_t write = {.upload = upload, .offset = at};
        msg_blob_offset_t offset;
        err =
            ask(bus, METHOD_blob_write, &write, (bytes_t){chunk, (size_t)n}, &offset, NULL, fault);
        at += n;
    }
    free(chunk);
    return err;
}

static err_t commit(bus_t *bus, const char *upload, char ret_blob[TRANSFER_BLOB_SIZE],
                    int64_t *ret_bytes, fault_t *fault)
{
    msg_blob_upload_id_t id = {.upload = upload};
    msg_blob_committed_t committed;
    err_t err = ask(bus, METHOD_blob_commit, &id, (bytes_t){0}, &committed, NULL, fault);
    if (err == ERR_OK) {
        text_copy(ret_blob, TRANSFER_BLOB_SIZE, committed.blob);
        *ret_bytes = committed.bytes;
        message_release(MSG_blob_committed, &committed);
    }
    // Committed or not, the upload itself is no longer needed.
    msg_empty_t empty;
    ask(bus, METHOD_blob_abort, &id, (bytes_t){0}, &empty, NULL, NULL);
    return err;
}

err_t transfer_put(bus_t *bus, const char *path, bool shortcut, char ret_blob[TRANSFER_BLOB_SIZE],
                   int64_t *ret_bytes, fault_t *fault)
{
    int from = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (from < 0 || fstat(from, &st) != 0 || !S_ISREG(st.st_mode)) {
        errno = from >= 0 && errno == 0 ? EISDIR : errno;
        err_t err = fault_errno(fault, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, path);
        if (from >= 0) {
            close(from);
        }
        return err;
    }
    msg_blob_upload_t upload;
    err_t err = ask(bus, METHOD_blob_create, &(msg_blob_create_t){.local = shortcut}, (bytes_t){0},
                    &upload, NULL, fault);
    if (err == ERR_OK) {
        bool here = upload.path && access(upload.path, W_OK) == 0;
        err = here ? copy_local(from, upload.path, fault)
                   : send_chunks(bus, from, upload.upload, fault);
        err = err ? err : commit(bus, upload.upload, ret_blob, ret_bytes, fault);
        message_release(MSG_blob_upload, &upload);
    }
    close(from);
    return err;
}

static err_t receive_chunks(bus_t *bus, const char *blob, int64_t bytes, int to, fault_t *fault)
{
    buf_t chunk = {0};
    err_t err = ERR_OK;
    for (int64_t at = 0; at < bytes && err == ERR_OK; at += (int64_t)chunk.size) {
        buf_clear(&chunk);
        msg_blob_read_t read = {.blob = blob, .offset = at, .length = CHUNK};
        msg_empty_t empty;
        err = ask(bus, METHOD_blob_read, &read, (bytes_t){0}, &empty, &chunk, fault);
        if (err == ERR_OK && chunk.size == 0) {
            err = fault_set(fault, ERR_CORRUPT, NULL, "the blob '%s' ends at byte %lld of %lld",
                            blob, (long long)at, (long long)bytes);
        }
        if (err == ERR_OK && pwrite(to, chunk.data, chunk.size, at) != (ssize_t)chunk.size) {
            err = fault_errno(fault, ERR_IO, "writing the copy of a blob");
        }
    }
    buf_release(&chunk);
    return err;
}

err_t transfer_get(bus_t *bus, const char *blob, bool shortcut, const char *copy, char *ret_path,
                   fault_t *fault)
{
    msg_blob_stat_t stat = {.blob = blob, .local = shortcut};
    msg_blob_info_t info;
    err_t err = ask(bus, METHOD_blob_stat, &stat, (bytes_t){0}, &info, NULL, fault);
    if (err) {
        return err;
    }
    if (info.path && access(info.path, R_OK) == 0) {
        text_copy(ret_path, LIMIT_PATH_BYTES, info.path);
    } else {
        int to = open(copy, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
        err = to < 0 ? fault_errno(fault, ERR_IO, copy)
                     : receive_chunks(bus, blob, info.bytes, to, fault);
        if (to >= 0) {
            close(to);
        }
        text_copy(ret_path, LIMIT_PATH_BYTES, copy);
    }
    message_release(MSG_blob_info, &info);
    return err;
}
