// SPDX-License-Identifier: MPL-2.0
#include "rig_admin.h"

#include <string.h>

#include "test/unit/test.h"

void rig_ask(rig_t *rig, method_t method, const void *message)
{
    const method_row_t *row = method_row(method);
    buf_t packed = {0};
    message_pack(row->request, message, &packed);
    header_t header = {.kind = HDR_call,
                       .call = {.id = ++rig->next_id,
                                .service = view_of(row->service),
                                .method = view_of(row->name),
                                .remaining_ms = 5000}};
    rig_send_frames(rig, "a", &header, (view_t){packed.data, packed.size}, (view_t){0});
    buf_release(&packed);
}

void rig_answer(rig_t *rig, method_t method, void *ret)
{
    const header_t *header = rig_expect(rig, "a", HDR_answer);
    assert_string_equal(header->answer.code ? rig->fault.detail : "", "");
    assert_int_equal(header->answer.id, rig->next_id);
    fault_t fault;
    const buf_t *frame = &rig->last->frames[1];
    assert_int_equal(
        message_unpack(method_row(method)->answer, frame->data, frame->size, ret, &fault), ERR_OK);
}

void rig_do(rig_t *rig, method_t method, const void *message)
{
    msg_empty_t empty;
    rig_ask(rig, method, message);
    rig_answer(rig, method, &empty);
}

void rig_refuse(rig_t *rig, method_t method, const void *message, err_t code)
{
    rig_ask(rig, method, message);
    rig_expect_fault(rig, "a", HDR_answer, code);
    assert_string_not_equal(rig->fault.remedy, "");
}

json_t *rig_show(rig_t *rig, const char *topic)
{
    msg_topic_state_t state;
    rig_ask(rig, METHOD_topic_show, &(msg_topic_named_t){.topic = topic});
    rig_answer(rig, METHOD_topic_show, &state);
    json_t *shown = json_incref(state.topic);
    message_release(MSG_topic_state, &state);
    return shown;
}

int64_t rig_number(rig_t *rig, const char *topic, const char *group, const char *name)
{
    json_t *shown = rig_show(rig, topic);
    const json_t *at = shown;
    const json_t *groups = json_object_get(shown, "groups");
    for (size_t i = 0; group && i < json_array_size(groups); i++) {
        const json_t *one = json_array_get(groups, i);
        if (strcmp(json_string_value(json_object_get(one, "name")), group) == 0) {
            at = one;
        }
    }
    const json_t *value = json_object_get(at, name);
    assert_non_null(value);
    int64_t number = json_is_boolean(value) ? json_boolean_value(value) : json_integer_value(value);
    json_decref(shown);
    return number;
}

static const topic_preset_t PRESETS[] = {
    {"feed", {.kind = TOPIC_STREAM, .retention_count = 100}},
};

rig_t *rig_with_admin(void)
{
    core_options_t options = {.presets = PRESETS, .preset_count = 1};
    rig_t *rig = rig_new(&options);
    rig_hello(rig, "p");
    rig_hello(rig, "c");
    rig_hello(rig, "a");
    return rig;
}

void rig_restart_with_admin(rig_t *rig)
{
    rig_restart(rig);
    rig_hello(rig, "p");
    rig_hello(rig, "c");
    rig_hello(rig, "a");
}

void rig_publish_many(rig_t *rig, const char *topic, int count)
{
    for (int i = 0; i < count; i++) {
        rig_publish(rig, "p", topic, NULL, NULL, "x");
        rig_expect(rig, "p", HDR_published);
    }
}

void rig_join(rig_t *rig, const char *topic, const char *group, int64_t credit)
{
    rig_consume(rig, "c", topic, group, credit);
    rig_expect(rig, "c", HDR_done);
}
