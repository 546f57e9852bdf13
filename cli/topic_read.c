// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/signals.h"
#include "base/text.h"
#include "cli/grid.h"
#include "cli/topic.h"

enum {
    CREDIT = 64,
    LOOK_MS = 50,      // between looks whether all was read
    PREVIEW_BYTES = 60 // of a dead letter's payload in the table
};

typedef struct {
    platform_t *platform;
    bus_consume_t options;
    int64_t most; // records; 0: no limit
    int64_t read;
    int64_t settled;
    bool collect;     // into `records`, for a table
    bool until_empty; // stops when the group has nothing more
    json_t *records;
} reading_t;

static json_t *payload_json(bytes_t payload)
{
    json_t *text = json_stringn(payload.data ? payload.data : "", payload.size);
    return text ? text : json_null();
}

static void add_text(json_t *object, const char *name, const char *value)
{
    if (value[0]) {
        json_object_set_new(object, name, json_string(value));
    }
}

// `payload` is null when it is not text; `bytes` is its size.
static json_t *record_json(const bus_record_t *record)
{
    char time[CLOCK_TEXT_SIZE];
    clock_rfc3339(record->time_ms, time);
    json_t *object =
        json_pack("{s:I, s:s, s:I, s:I, s:o}", "offset", (json_int_t)record->offset, "time", time,
                  "deliveries", (json_int_t)record->deliveries, "bytes",
                  (json_int_t)record->payload.size, "payload", payload_json(record->payload));
    add_text(object, "key", record->key);
    add_text(object, "id", record->message_id);
    add_text(object, "trace_id", record->trace_id);
    add_text(object, "content_type", record->content_type);
    if (record->priority > 0) {
        json_object_set_new(object, "priority", json_integer(record->priority));
    }
    if (record->origin_topic[0]) {
        add_text(object, "origin_topic", record->origin_topic);
        json_object_set_new(object, "origin_offset", json_integer(record->origin_offset));
        json_object_set_new(object, "origin_deliveries", json_integer(record->origin_deliveries));
        add_text(object, "reason", record->reason);
    }
    return object;
}

// On one line, so that nothing in it takes over a terminal.
static void print_text(const bus_record_t *record)
{
    char time[CLOCK_TEXT_SIZE];
    clock_rfc3339(record->time_ms, time);
    printf("%lld  %s  %s%s", (long long)record->offset, time, record->key,
           record->key[0] ? "  " : "");
    const unsigned char *at = record->payload.data;
    for (size_t i = 0; i < record->payload.size; i++) {
        putchar(at[i] < ' ' || at[i] == 0x7F ? ' ' : at[i]);
    }
    putchar('\n');
}

static void on_settled(void *context, const fault_t *fault)
{
    reading_t *reading = context;
    (void)fault; // STALE: it comes again
    reading->settled++;
}

static void on_record(void *context, const bus_record_t *record)
{
    reading_t *reading = context;
    if (reading->most > 0 && reading->read == reading->most) {
        return; // not settled: somebody else gets it
    }
    reading->read++;
    json_t *object = reading->collect || reading->platform->json ? record_json(record) : NULL;
    if (reading->collect) {
        json_array_append(reading->records, object);
    } else if (object) {
        json_dumpf(object, stdout, JSON_COMPACT);
        putchar('\n');
    } else {
        print_text(record);
    }
    json_decref(object);
    fflush(stdout);
    if (bus_ack(reading->platform->bus, record->topic, record->group, record->offset, on_settled,
                reading)) {
        reading->settled++;
    }
}

static void on_gap(void *context, int64_t offset, int64_t lost)
{
    (void)context;
    fprintf(stderr, "retention has removed %lld records before offset %lld\n", (long long)lost,
            (long long)offset);
}

static const json_t *own_group(const json_t *topic, const char *name)
{
    const json_t *groups = json_object_get(topic, "groups");
    for (size_t i = 0; i < json_array_size(groups); i++) {
        const json_t *group = json_array_get(groups, i);
        if (strcmp(json_string_value(json_object_get(group, "name")), name) == 0) {
            return group;
        }
    }
    return NULL;
}

// Whether the group has nothing more to deliver now; records with a delay do not count.
static err_t look(const reading_t *reading, bool *ret_empty, fault_t *fault)
{
    json_t *topic;
    err_t err = topic_state(reading->platform, reading->options.topic, &topic, fault);
    if (err) {
        return err;
    }
    const json_t *group = own_group(topic, reading->options.group);
    *ret_empty = group && json_integer_value(json_object_get(group, "lag")) <=
                              json_integer_value(json_object_get(group, "waiting"));
    if (!*ret_empty && json_is_true(json_object_get(topic, "paused"))) {
        err = fault_set(fault, ERR_CONFLICT, "resume it with 'autodp topic resume'",
                        "topic '%s' is paused", reading->options.topic);
    }
    json_decref(topic);
    return err;
}

static bool done(const reading_t *reading)
{
    return reading->most > 0 && reading->read == reading->most && reading->settled == reading->read;
}

static err_t read_on(reading_t *reading, int signals, fault_t *fault)
{
    bool never = false;
    err_t err = ERR_OK;
    bool empty = false;
    while (err == ERR_OK && !done(reading) && !empty && !signals_stop(signals)) {
        int64_t before = reading->read;
        bus_run(reading->platform->bus, &never, LOOK_MS);
        const fault_t *trouble = bus_trouble(reading->platform->bus);
        if (trouble) {
            *fault = *trouble;
            err = fault->code;
        } else if (reading->until_empty && reading->read == before &&
                   reading->settled == reading->read) {
            err = look(reading, &empty, fault);
        }
    }
    return err;
}

static err_t read_records(reading_t *reading, fault_t *fault)
{
    json_t *topic;
    err_t err = topic_state(reading->platform, reading->options.topic, &topic, fault);
    json_decref(topic);
    int signals = err ? -1 : signals_open(false);
    reading->options.on_gap = on_gap;
    reading->options.credit = reading->most > 0 && reading->most < CREDIT ? reading->most : CREDIT;
    err = err ? err
              : bus_consume(reading->platform->bus, &reading->options, on_record, reading, fault);
    err = err ? err : read_on(reading, signals, fault);
    if (signals >= 0) {
        close(signals);
    }
    return err;
}

err_t topic_sub(platform_t *platform, const args_t *args, fault_t *fault)
{
    reading_t reading = {.platform = platform, .options.group = args_value(args, "group", NULL)};
    err_t err = topic_name(args, &reading.options.topic, fault);
    if (err == ERR_OK && !reading.options.group) {
        err = fault_set(fault, ERR_INVALID, "add --group NAME, or use 'topic tail'",
                        "sub needs a group");
    }
    err = err ? err : topic_number(args, "count", 0, &reading.most, fault);
    err = err ? err
              : topic_from(args, "first", &reading.options.start, &reading.options.start_at, fault);
    return err ? err : read_records(&reading, fault);
}

// A group of this process's own, which leaves nothing behind.
static void make_own(reading_t *reading, char name[32])
{
    snprintf(name, 32, "tail-%d", getpid());
    reading->options.group = name;
    reading->options.ephemeral = true;
}

err_t topic_tail(platform_t *platform, const args_t *args, fault_t *fault)
{
    char name[32];
    bool follow = args_has(args, "follow");
    reading_t reading = {.platform = platform, .until_empty = !follow};
    make_own(&reading, name);
    err_t err = topic_name(args, &reading.options.topic, fault);
    err = err ? err : topic_number(args, "count", 0, &reading.most, fault);
    err = err ? err
              : topic_from(args, follow ? "end" : "first", &reading.options.start,
                           &reading.options.start_at, fault);
    return err ? err : read_records(&reading, fault);
}

static void print_letters(const json_t *letters)
{
    for (size_t i = 0; i < json_array_size(letters); i++) {
        json_t *letter = json_array_get(letters, i);
        const char *payload = json_string_value(json_object_get(letter, "payload"));
        char text[PREVIEW_BYTES + 1];
        text_copy(text, sizeof text, payload ? payload : "(not text)");
        json_object_set_new(letter, "preview", json_string(text));
    }
    grid_print_objects(letters, "offset time origin_offset origin_deliveries reason preview",
                       "OFFSET TIME ORIGIN DELIVERIES REASON PAYLOAD");
}

err_t topic_dlq(platform_t *platform, const args_t *args, fault_t *fault)
{
    char name[32];
    char topic[LIMIT_NAME_BYTES + 1];
    reading_t reading = {.platform = platform, .collect = true, .until_empty = true};
    make_own(&reading, name);
    reading.options.topic = topic;
    err_t err = topic_dead_name(args, topic, fault);
    err = err ? err : topic_number(args, "count", 100, &reading.most, fault);
    if (err) {
        return err;
    }
    reading.records = json_array();
    err = read_records(&reading, fault);
    if (err == ERR_OK && platform->json) {
        platform_print_json(reading.records);
    } else if (err == ERR_OK) {
        print_letters(reading.records);
    }
    json_decref(reading.records);
    return err;
}
