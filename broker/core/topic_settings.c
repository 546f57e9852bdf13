// SPDX-License-Identifier: MPL-2.0
#include "broker/core/topic_settings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"

enum { SYNC_MAX_MS = 60000 };

typedef struct {
    const char *name;
    size_t offset;
    int64_t most;
} row_t;

static const row_t ROWS[] = {
    {"sync_ms", offsetof(topic_settings_t, sync_ms), SYNC_MAX_MS},
    {"retention_bytes", offsetof(topic_settings_t, retention_bytes), INT64_MAX},
    {"retention_ms", offsetof(topic_settings_t, retention_ms), INT64_MAX / 4},
    {"retention_count", offsetof(topic_settings_t, retention_count), INT64_MAX},
    {"record_bytes_max", offsetof(topic_settings_t, record_bytes_max), LIMIT_FRAME_BYTES},
    {"bytes_max", offsetof(topic_settings_t, bytes_max), INT64_MAX},
    {"groups_max", offsetof(topic_settings_t, groups_max), CORE_GROUPS_MAX},
    {"consumers_max", offsetof(topic_settings_t, consumers_max), INT64_MAX},
};

enum { ROW_COUNT = sizeof ROWS / sizeof ROWS[0] };

static const char *const KINDS[] = {[TOPIC_QUEUE] = "queue", [TOPIC_STREAM] = "stream"};

static int64_t *field(topic_settings_t *settings, const row_t *row)
{
    return (int64_t *)(void *)((char *)settings + row->offset);
}

static int64_t value(const topic_settings_t *settings, const row_t *row)
{
    return *(const int64_t *)(const void *)((const char *)settings + row->offset);
}

static err_t take_kind(topic_settings_t *settings, const char *text, fault_t *fault)
{
    for (int i = TOPIC_QUEUE; i <= TOPIC_STREAM; i++) {
        if (strcmp(KINDS[i], text) == 0) {
            settings->kind = (topic_kind_t)i;
            return ERR_OK;
        }
    }
    return fault_set(fault, ERR_INVALID, "use 'queue' or 'stream'",
                     "there is no kind of topic '%.64s'", text);
}

static err_t unknown(const char *name, fault_t *fault)
{
    char names[FAULT_REMEDY_MAX] = "use kind";
    for (size_t i = 0; i < ROW_COUNT; i++) {
        size_t size = strlen(names);
        snprintf(names + size, sizeof names - size, ", %s", ROWS[i].name);
    }
    return fault_set(fault, ERR_INVALID, names, "a topic has no setting '%.64s'", name);
}

static const row_t *find(const char *name)
{
    size_t i = 0;
    while (i < ROW_COUNT && strcmp(ROWS[i].name, name) != 0) {
        i++;
    }
    return i < ROW_COUNT ? &ROWS[i] : NULL;
}

static err_t out_of_range(const row_t *row, fault_t *fault)
{
    char remedy[96];
    snprintf(remedy, sizeof remedy, "use a number from 0, which means no limit, to %" PRId64,
             row->most);
    return fault_set(fault, ERR_INVALID, remedy, "the setting '%s' cannot have this value",
                     row->name);
}

err_t topic_settings_take(topic_settings_t *settings, const char *name, const char *text,
                          fault_t *fault)
{
    if (strcmp(name, "kind") == 0) {
        return take_kind(settings, text, fault);
    }
    const row_t *row = find(name);
    if (!row) {
        return unknown(name, fault);
    }
    char *end = NULL;
    errno = 0;
    int64_t number = strtoll(text, &end, 10);
    bool whole = text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
    if (!whole || number > row->most) {
        return out_of_range(row, fault);
    }
    *field(settings, row) = number;
    return ERR_OK;
}

static err_t take_value(topic_settings_t *settings, const char *name, const json_t *json,
                        fault_t *fault)
{
    const row_t *row = find(name);
    if (strcmp(name, "kind") == 0) {
        return take_kind(settings, json_is_string(json) ? json_string_value(json) : "", fault);
    }
    if (!row) {
        return unknown(name, fault);
    }
    int64_t number = json_is_integer(json) ? json_integer_value(json) : -1;
    if (number < 0 || number > row->most) {
        return out_of_range(row, fault);
    }
    *field(settings, row) = number;
    return ERR_OK;
}

err_t topic_settings_take_json(topic_settings_t *settings, const json_t *object, fault_t *fault)
{
    if (object && !json_is_object(object)) {
        return fault_set(fault, ERR_INVALID, "use an object, {\"retention_ms\": 60000}",
                         "the settings of a topic are not an object");
    }
    topic_settings_t changed = *settings;
    const char *name;
    json_t *json;
    json_object_foreach((json_t *)object, name, json)
    {
        err_t err = take_value(&changed, name, json, fault);
        if (err) {
            return err;
        }
    }
    *settings = changed;
    return ERR_OK;
}

json_t *topic_settings_json(const topic_settings_t *settings)
{
    json_t *object = json_pack("{s:s}", "kind", KINDS[settings->kind]);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        json_object_set_new(object, ROWS[i].name, json_integer(value(settings, &ROWS[i])));
    }
    return object;
}

bool topic_settings_equal(const topic_settings_t *a, const topic_settings_t *b)
{
    bool equal = a->kind == b->kind;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        equal = equal && value(a, &ROWS[i]) == value(b, &ROWS[i]);
    }
    return equal;
}
