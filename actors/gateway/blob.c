// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <string.h>

#include "actors/gateway/state.h"
#include "base/mem.h"
#include "base/text.h"

// One file operation on its way through the pool.
typedef struct {
    request_t request;
    const char *dir;
    int64_t bytes_max;
    char *id; // upload or blob
    bool local;
    int64_t offset;
    int64_t length;
    buf_t bytes; // to write, or what was read
    err_t err;
    fault_t fault;
    char upload[ID_SIZE];
    char path[BLOB_PATH_SIZE];
    char hash[BLOB_HASH_SIZE];
    int64_t size;
} file_op_t;

static file_op_t *op_new(actor_t *actor, const request_t *request, const char *id)
{
    const gateway_t *gateway = actor_state(actor);
    file_op_t *op = mem_new(sizeof *op);
    op->request = *request;
    op->dir = gateway->blob_dir;
    op->bytes_max = gateway->upload_bytes_max;
    op->id = mem_strdup(id);
    return op;
}

static void op_end(actor_t *actor, file_op_t *op, const void *message)
{
    bytes_t payload = {op->bytes.data, op->request.method == METHOD_blob_read ? op->bytes.size : 0};
    if (op->err) {
        actor_refuse(actor, &op->request, &op->fault);
    } else {
        actor_answer_payload(actor, &op->request, message, payload);
    }
    buf_release(&op->bytes);
    free(op->id);
    free(op);
}

static void work_create(void *context)
{
    file_op_t *op = context;
    op->err = blob_begin(op->dir, op->upload, &op->fault);
    op->err = op->err ? op->err : blob_upload_path(op->dir, op->upload, op->path, &op->fault);
}

static void done_create(actor_t *actor, void *context)
{
    file_op_t *op = context;
    op_end(actor, op,
           &(msg_blob_upload_t){.upload = op->upload, .path = op->local ? op->path : NULL});
}

void blob_on_create(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    file_op_t *op = op_new(actor, request, NULL);
    op->local = request->here && ((const msg_blob_create_t *)message)->local;
    actor_offload(actor, work_create, done_create, op);
}

static void work_write(void *context)
{
    file_op_t *op = context;
    op->err = blob_append(op->dir, op->id, op->offset, op->bytes.data, op->bytes.size,
                          op->bytes_max, &op->size, &op->fault);
}

static void done_offset(actor_t *actor, void *context)
{
    file_op_t *op = context;
    op_end(actor, op, &(msg_blob_offset_t){.offset = op->size});
}

void blob_on_write(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    const msg_blob_write_t *write = message;
    file_op_t *op = op_new(actor, request, write->upload);
    op->offset = write->offset;
    buf_add(&op->bytes, payload.data, payload.size);
    actor_offload(actor, work_write, done_offset, op);
}

static void work_commit(void *context)
{
    file_op_t *op = context;
    op->err = blob_commit(op->dir, op->id, op->hash, &op->size, &op->fault);
}

static void done_commit(actor_t *actor, void *context)
{
    file_op_t *op = context;
    op_end(actor, op, &(msg_blob_committed_t){.blob = op->hash, .bytes = op->size});
}

void blob_on_commit(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    actor_offload(actor, work_commit, done_commit,
                  op_new(actor, request, ((const msg_blob_upload_id_t *)message)->upload));
}

static void work_abort(void *context)
{
    file_op_t *op = context;
    op->err = blob_abort(op->dir, op->id, &op->fault);
}

static void done_empty(actor_t *actor, void *context)
{
    op_end(actor, context, &(msg_empty_t){0});
}

void blob_on_abort(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    actor_offload(actor, work_abort, done_empty,
                  op_new(actor, request, ((const msg_blob_upload_id_t *)message)->upload));
}

static void work_resume(void *context)
{
    file_op_t *op = context;
    op->err = blob_offset(op->dir, op->id, &op->size, &op->fault);
}

void blob_on_resume(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    actor_offload(actor, work_resume, done_offset,
                  op_new(actor, request, ((const msg_blob_upload_id_t *)message)->upload));
}

static void work_stat(void *context)
{
    file_op_t *op = context;
    op->err = blob_stat(op->dir, op->id, op->path, &op->size, &op->fault);
}

static void done_stat(actor_t *actor, void *context)
{
    file_op_t *op = context;
    op_end(actor, op, &(msg_blob_info_t){.bytes = op->size, .path = op->local ? op->path : NULL});
}

void blob_on_stat(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const msg_blob_stat_t *stat = message;
    file_op_t *op = op_new(actor, request, stat->blob);
    op->local = request->here && stat->local;
    actor_offload(actor, work_stat, done_stat, op);
}

static void work_read(void *context)
{
    file_op_t *op = context;
    op->err = blob_read(op->dir, op->id, op->offset, (size_t)op->length, &op->bytes, &op->fault);
}

void blob_on_read(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const msg_blob_read_t *read = message;
    file_op_t *op = op_new(actor, request, read->blob);
    op->offset = read->offset;
    op->length = read->length;
    actor_offload(actor, work_read, done_empty, op);
}
