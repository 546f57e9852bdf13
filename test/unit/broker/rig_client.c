// SPDX-License-Identifier: MPL-2.0
// What the clients of a rig say and hear.
#include <string.h>

#include "proto/message.h"
#include "rig.h"
#include "test/unit/test.h"

static void read_message(rig_t *rig, const rig_message_t *message)
{
    assert_int_equal(
        envelope_unpack(message->frames[0].data, message->frames[0].size, &rig->header, NULL),
        ERR_OK);
    rig->payload[0] = '\0';
    bool faulty = rig->header.kind == HDR_refused ||
                  (rig->header.kind == HDR_answer && rig->header.answer.code != ERR_OK);
    const buf_t *last = &message->frames[message->count - 1];
    if (faulty) {
        message_unpack_fault(ERR_INTERNAL, last->data, last->size, &rig->fault);
    } else if (message->count > 1) {
        assert_true(last->size < sizeof rig->payload || rig->header.kind == HDR_answer);
    }
    if (!faulty && message->count > 1 && last->size < sizeof rig->payload) {
        memcpy(rig->payload, last->data, last->size);
        rig->payload[last->size] = '\0';
    }
}

const char *rig_take_any(rig_t *rig, const char *client)
{
    for (size_t i = 0; i < rig->message_count; i++) {
        rig_message_t *message = &rig->messages[i];
        if (!message->taken && (!client || strcmp(message->client, client) == 0)) {
            message->taken = true;
            rig->last = message;
            read_message(rig, message);
            return message->client;
        }
    }
    return NULL;
}

bool rig_take(rig_t *rig, const char *client)
{
    return rig_take_any(rig, client) != NULL;
}

const header_t *rig_expect(rig_t *rig, const char *client, header_kind_t kind)
{
    assert_true(rig_take(rig, client));
    if (rig->header.kind != kind) {
        fail_msg("%s got header %d instead of %d: %s", client, rig->header.kind, kind,
                 rig->fault.detail);
    }
    return &rig->header;
}

void rig_expect_none(rig_t *rig, const char *client)
{
    if (rig_take(rig, client)) {
        fail_msg("%s got header %d", client, rig->header.kind);
    }
}

void rig_expect_fault(rig_t *rig, const char *client, header_kind_t kind, err_t code)
{
    const header_t *header = rig_expect(rig, client, kind);
    assert_int_equal(kind == HDR_refused ? header->refused.code : header->answer.code, code);
    assert_int_equal(rig->fault.code, code);
    assert_string_not_equal(rig->fault.detail, "");
}

void rig_hello(rig_t *rig, const char *client)
{
    while (rig_take(rig, client)) { // of an earlier life
    }
    header_t header = {
        .kind = HDR_hello,
        .hello = {.version = ADP_VERSION, .name = view_of(client), .instance = view_of("1")}};
    rig_send(rig, client, &header, NULL);
    assert_string_equal(rig_expect(rig, client, HDR_welcome) ? "ok" : "", "ok");
}

int64_t rig_serve(rig_t *rig, const char *client, const char *service, int64_t credit)
{
    header_t header = {
        .kind = HDR_serve,
        .serve = {.id = ++rig->next_id, .service = view_of(service), .credit = credit}};
    rig_send(rig, client, &header, NULL);
    return rig->next_id;
}

int64_t rig_call(rig_t *rig, const char *client, const char *service, int64_t remaining_ms,
                 bool idempotent)
{
    header_t header = {.kind = HDR_call,
                       .call = {.id = ++rig->next_id,
                                .service = view_of(service),
                                .method = view_of("do"),
                                .remaining_ms = remaining_ms,
                                .idempotent = idempotent}};
    rig_send(rig, client, &header, "work");
    return rig->next_id;
}

void rig_reply(rig_t *rig, const char *client, int64_t request)
{
    header_t header = {.kind = HDR_reply, .reply = {.id = request}};
    rig_send(rig, client, &header, "result");
}

int64_t rig_publish(rig_t *rig, const char *client, const char *topic, const char *key,
                    const char *message_id, const char *payload)
{
    header_t header = {.kind = HDR_publish,
                       .publish = {.id = ++rig->next_id,
                                   .topic = view_of(topic),
                                   .key = view_of(key),
                                   .message_id = view_of(message_id)}};
    rig_send(rig, client, &header, payload);
    return rig->next_id;
}

int64_t rig_consume(rig_t *rig, const char *client, const char *topic, const char *group,
                    int64_t credit)
{
    header_t header = {.kind = HDR_consume,
                       .consume = {.id = ++rig->next_id,
                                   .topic = view_of(topic),
                                   .group = view_of(group),
                                   .credit = credit}};
    rig_send(rig, client, &header, NULL);
    return rig->next_id;
}

int64_t rig_ack(rig_t *rig, const char *client, const char *topic, const char *group,
                int64_t offset)
{
    header_t header = {.kind = HDR_ack,
                       .ack = {.id = ++rig->next_id,
                               .topic = view_of(topic),
                               .group = view_of(group),
                               .offset = offset}};
    rig_send(rig, client, &header, NULL);
    return rig->next_id;
}

int64_t rig_nack(rig_t *rig, const char *client, const char *topic, const char *group,
                 int64_t offset, int64_t delay_ms)
{
    header_t header = {.kind = HDR_nack,
                       .nack = {.id = ++rig->next_id,
                                .topic = view_of(topic),
                                .group = view_of(group),
                                .offset = offset,
                                .delay_ms = delay_ms,
                                .reason = view_of("no")}};
    rig_send(rig, client, &header, NULL);
    return rig->next_id;
}

int64_t rig_term(rig_t *rig, const char *client, const char *topic, const char *group,
                 int64_t offset)
{
    header_t header = {.kind = HDR_term,
                       .term = {.id = ++rig->next_id,
                                .topic = view_of(topic),
                                .group = view_of(group),
                                .offset = offset,
                                .reason = view_of("poison")}};
    rig_send(rig, client, &header, NULL);
    return rig->next_id;
}

void rig_consumer(rig_t *rig, const char *client, const char *topic, int64_t credit)
{
    rig_hello(rig, client);
    rig_consume(rig, client, topic, "g", credit);
    rig_expect(rig, client, HDR_done);
}

void rig_expect_record(rig_t *rig, const char *client, int64_t offset, int64_t deliveries)
{
    const header_t *header = rig_expect(rig, client, HDR_record);
    assert_int_equal(header->record.offset, offset);
    assert_int_equal(header->record.deliveries, deliveries);
}

rig_t *rig_with_jobs(int64_t credit)
{
    rig_t *rig = rig_new(NULL);
    rig_hello(rig, "p");
    rig_consumer(rig, "c", "jobs", credit);
    return rig;
}

void rig_pass_awake(rig_t *rig, int64_t ms)
{
    static const char *const CLIENTS[] = {"p", "c", "d"};
    header_t ping = {.kind = HDR_ping};
    for (; ms > 0; ms -= 1000) {
        rig_pass(rig, ms < 1000 ? ms : 1000);
        for (int i = 0; i < 3; i++) {
            rig_send(rig, CLIENTS[i], &ping, NULL);
        }
    }
}

bool rig_take_other(rig_t *rig, const char *client)
{
    while (rig_take(rig, client)) {
        bool unknown =
            rig->header.kind == HDR_refused && rig->header.refused.code == ERR_UNAUTHENTICATED;
        if (rig->header.kind != HDR_pong && !unknown) {
            return true;
        }
    }
    return false;
}
