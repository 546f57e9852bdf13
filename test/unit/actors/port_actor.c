// SPDX-License-Identifier: MPL-2.0
// The recording port's side towards the actor: every function of actor.h, as an output.
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "test/unit/actors/port_private.h"

static port_output_t *record(actor_t *actor, port_kind_t kind)
{
    port_output_t *output = mem_new(sizeof *output);
    output->kind = kind;
    output->message_kind = MSG_COUNT;
    if (actor->last) {
        actor->last->next = output;
    } else {
        actor->first = output;
    }
    actor->last = output;
    return output;
}

// The message as its receiver would see it; what cannot travel is the actor's mistake.
static void carry(port_output_t *output, message_kind_t kind, const void *message, bytes_t payload)
{
    assert(payload.size <= LIMIT_FRAME_BYTES);
    buf_add(&output->payload, payload.data, payload.size);
    if (!message) {
        return;
    }
    buf_t frame = {0};
    message_pack(kind, message, &frame);
    output->message_kind = kind;
    output->message = mem_new(message_schema(kind)->size);
    fault_t fault;
    err_t err = message_unpack(kind, frame.data, frame.size, output->message, &fault);
    buf_release(&frame);
    assert(err == ERR_OK);
    (void)err;
}

void *actor_state(actor_t *actor)
{
    return actor->state;
}

const char *actor_data_dir(const actor_t *actor)
{
    return actor->data_dir;
}

const char *actor_setting(const actor_t *actor, const char *name)
{
    const char *changed = json_string_value(json_object_get(actor->changed, name));
    return changed ? changed : settings_text(actor->settings, name);
}

int64_t actor_setting_int(const actor_t *actor, const char *name)
{
    return strtoll(actor_setting(actor, name), NULL, 10);
}

int64_t actor_now_ms(const actor_t *actor)
{
    return actor->now_ms;
}

void actor_answer(actor_t *actor, const request_t *request, const void *message)
{
    actor_answer_payload(actor, request, message, (bytes_t){0});
}

void actor_answer_payload(actor_t *actor, const request_t *request, const void *message,
                          bytes_t payload)
{
    port_output_t *output = record(actor, PORT_ANSWER);
    output->id = request->id;
    output->method = request->method;
    carry(output, method_row(request->method)->answer, message, payload);
}

void actor_refuse(actor_t *actor, const request_t *request, const fault_t *fault)
{
    port_output_t *output = record(actor, PORT_REFUSE);
    output->id = request->id;
    output->method = request->method;
    output->fault = *fault;
}

void actor_call(actor_t *actor, method_t method, const void *message, bytes_t payload,
                int64_t deadline_ms, actor_answer_fn *on_answer, void *context)
{
    port_output_t *output = record(actor, PORT_CALL);
    output->method = method;
    output->delay_ms = deadline_ms;
    output->on_answer = on_answer;
    output->context = context;
    carry(output, method_row(method)->request, message, payload);
}

void actor_publish(actor_t *actor, const char *topic, const char *key, const char *message_id,
                   bytes_t payload, actor_published_fn *on_published, void *context)
{
    port_output_t *output = record(actor, PORT_PUBLISH);
    output->topic = mem_strdup(topic);
    output->key = mem_strdup(key);
    output->message_id = mem_strdup(message_id);
    output->on_published = on_published;
    output->context = context;
    carry(output, MSG_COUNT, NULL, payload);
}

static port_output_t *settle(actor_t *actor, port_kind_t kind, const char *topic, const char *group,
                             int64_t offset)
{
    port_output_t *output = record(actor, kind);
    output->topic = mem_strdup(topic);
    output->group = mem_strdup(group);
    output->id = offset;
    return output;
}

void actor_ack(actor_t *actor, const char *topic, const char *group, int64_t offset)
{
    settle(actor, PORT_ACK, topic, group, offset);
}

void actor_nack(actor_t *actor, const char *topic, const char *group, int64_t offset,
                int64_t delay_ms, const char *reason)
{
    port_output_t *output = settle(actor, PORT_NACK, topic, group, offset);
    output->delay_ms = delay_ms;
    output->text = mem_strdup(reason);
}

void actor_touch(actor_t *actor, const char *topic, const char *group, int64_t offset)
{
    settle(actor, PORT_TOUCH, topic, group, offset);
}

void actor_term(actor_t *actor, const char *topic, const char *group, int64_t offset,
                const char *reason)
{
    settle(actor, PORT_TERM, topic, group, offset)->text = mem_strdup(reason);
}

void actor_offload(actor_t *actor, actor_work_fn *work, actor_done_fn *done, void *context)
{
    port_output_t *output = record(actor, PORT_OFFLOAD);
    output->work = work;
    output->done = done;
    output->context = context;
}

err_t actor_spawn(actor_t *actor, const char *spec, actor_line_fn *on_line, actor_exit_fn *on_exit,
                  void *context, child_t *ret_child, fault_t *fault)
{
    (void)fault;
    port_output_t *output = record(actor, PORT_SPAWN);
    output->text = mem_strdup(spec);
    output->on_line = on_line;
    output->on_exit = on_exit;
    output->context = context;
    output->id = ++actor->children;
    *ret_child = output->id;
    return ERR_OK;
}

void actor_say(actor_t *actor, child_t child, const char *line)
{
    port_output_t *output = record(actor, PORT_SAY);
    output->id = child;
    output->text = mem_strdup(line);
}

const char *actor_instance(const actor_t *actor)
{
    (void)actor;
    return "1";
}

void actor_kill(actor_t *actor, child_t child)
{
    record(actor, PORT_KILL)->id = child;
}

void actor_fetch(actor_t *actor, const char *blob, actor_path_fn *on_path, void *context)
{
    port_output_t *output = record(actor, PORT_FETCH);
    output->text = mem_strdup(blob);
    output->on_path = on_path;
    output->context = context;
}

void actor_release_path(actor_t *actor, const char *path)
{
    record(actor, PORT_RELEASE)->text = mem_strdup(path);
}

void actor_store(actor_t *actor, const char *path, actor_stored_fn *on_stored, void *context)
{
    port_output_t *output = record(actor, PORT_STORE);
    output->text = mem_strdup(path);
    output->on_stored = on_stored;
    output->context = context;
}

void actor_watch(actor_t *actor, int fd, actor_watch_fn *on_input, void *context)
{
    assert(actor->watch_count < PORT_WATCHES_MAX);
    actor->watches[actor->watch_count++] = (port_watch_t){fd, on_input, context};
}

void actor_unwatch(actor_t *actor, int fd)
{
    for (size_t i = 0; i < actor->watch_count; i++) {
        if (actor->watches[i].fd == fd) {
            actor->watches[i] = actor->watches[--actor->watch_count];
            return;
        }
    }
    assert(!"the descriptor is watched");
}
