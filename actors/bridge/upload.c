// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/upload.h"

#include "actors/bridge/reply.h"
#include "base/text.h"
#include "proto/codec_json.h"

static void ignored(actor_t *actor, void *context, const fault_t *fault, void *message,
                    bytes_t payload)
{
    (void)actor;
    (void)context;
    (void)fault; // the store forgets uploads that nobody goes on with
    (void)message;
    (void)payload;
}

static void abort_upload(actor_t *actor, exchange_t *exchange)
{
    if (exchange->upload.id[0]) {
        msg_blob_upload_id_t request = {.upload = exchange->upload.id};
        actor_call(actor, METHOD_blob_abort, &request, (bytes_t){0}, 0, ignored, NULL);
        exchange->upload.id[0] = '\0';
    }
}

static void give_up(actor_t *actor, exchange_t *exchange, const fault_t *fault)
{
    abort_upload(actor, exchange);
    door_refuse(exchange, fault);
}

static void created(actor_t *actor, void *context, const fault_t *fault, void *message,
                    bytes_t payload)
{
    (void)payload;
    exchange_t *exchange = context;
    abort_upload(actor, exchange); // a blob by now; the upload itself is no longer needed
    if (fault) {
        door_refuse(exchange, fault);
        return;
    }
    const method_row_t *row = method_row(exchange->route->method);
    json_t *answer = codec_to_json(message_schema(row->answer), message);
    reply_times(answer);
    door_answer(exchange, exchange->route->status, reply_json(answer));
}

static void committed(actor_t *actor, void *context, const fault_t *fault, void *message,
                      bytes_t payload)
{
    (void)payload;
    exchange_t *exchange = context;
    if (fault) {
        give_up(actor, exchange, fault);
        return;
    }
    msg_blob_committed_t *blob = message;
    msg_dataset_create_t request = {.token = exchange->token,
                                    .name = exchange->name,
                                    .blob = blob->blob,
                                    .options = exchange->options};
    actor_call(actor, METHOD_dataset_create, &request, (bytes_t){0}, 0, created, exchange);
}

static void commit(actor_t *actor, exchange_t *exchange)
{
    msg_blob_upload_id_t request = {.upload = exchange->upload.id};
    actor_call(actor, METHOD_blob_commit, &request, (bytes_t){0}, 0, committed, exchange);
}

static void written(actor_t *actor, void *context, const fault_t *fault, void *message,
                    bytes_t payload)
{
    (void)payload;
    exchange_t *exchange = context;
    if (fault) {
        give_up(actor, exchange, fault);
        return;
    }
    exchange->upload.stored += (int64_t)exchange->body.size;
    buf_clear(&exchange->body);
    msg_blob_offset_t *end = message;
    if (end->offset != exchange->upload.stored) {
        fault_t torn;
        fault_set(&torn, ERR_INTERNAL, "upload the file again",
                  "the store has %lld bytes of the upload, %lld were sent", (long long)end->offset,
                  (long long)exchange->upload.stored);
        give_up(actor, exchange, &torn);
    } else if (exchange->ended) {
        commit(actor, exchange);
    } else {
        gate_resume(exchange);
    }
}

static void store_chunk(actor_t *actor, exchange_t *exchange)
{
    bridge_t *bridge = actor_state(actor);
    upload_t *upload = &exchange->upload;
    if (upload->stored + (int64_t)exchange->body.size > bridge->upload_bytes_max) {
        fault_t fault;
        fault_set(&fault, ERR_TOO_LARGE, "upload a smaller file, or raise upload_bytes_max",
                  "the file is larger than the limit of %lld bytes",
                  (long long)bridge->upload_bytes_max);
        give_up(actor, exchange, &fault);
    } else if (exchange->body.size > 0) {
        msg_blob_write_t request = {.upload = upload->id, .offset = upload->stored};
        bytes_t chunk = {exchange->body.data, exchange->body.size};
        actor_call(actor, METHOD_blob_write, &request, chunk, 0, written, exchange);
    } else {
        commit(actor, exchange);
    }
}

static void opened(actor_t *actor, void *context, const fault_t *fault, void *message,
                   bytes_t payload)
{
    (void)actor;
    (void)payload;
    exchange_t *exchange = context;
    if (fault) {
        door_refuse(exchange, fault);
        return;
    }
    msg_blob_upload_t *upload = message;
    text_copy(exchange->upload.id, sizeof exchange->upload.id, upload->upload);
    gate_resume(exchange);
}

static void recognised(actor_t *actor, void *context, const fault_t *fault, void *message,
                       bytes_t payload)
{
    (void)message;
    (void)payload;
    if (fault) {
        door_refuse(context, fault);
        return;
    }
    msg_blob_create_t request = {.local = false};
    actor_call(actor, METHOD_blob_create, &request, (bytes_t){0}, 0, opened, context);
}

static void upload_arrive(actor_t *actor, exchange_t *exchange)
{
    if (exchange->step == STEP_GREETED) {
        door_call_authorized(actor, exchange, METHOD_user_me, recognised);
    } else {
        store_chunk(actor, exchange);
    }
}

static void upload_leave(actor_t *actor, exchange_t *exchange)
{
    abort_upload(actor, exchange);
    door_drop(exchange);
}

const door_ops_t upload_door = {.arrive = upload_arrive, .leave = upload_leave};
