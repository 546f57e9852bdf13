// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/exposition.h"

#include <string.h>

typedef struct {
    const char *key; // in the document
    const char *name;
    const char *kind;
    const char *help;
} family_t;

static const family_t BROKER[] = {
    {"clients", "autodp_broker_clients", "gauge", "Clients that are connected."},
    {"services", "autodp_broker_services", "gauge", "Services that are known."},
    {"topics", "autodp_broker_topics", "gauge", "Topics."},
    {"calls_open", "autodp_broker_calls_open", "gauge", "Calls without an answer."},
    {"records", "autodp_broker_records", "gauge", "Records of all topics."},
    {"log_bytes", "autodp_broker_log_bytes", "gauge", "Size of the log on the disk."},
    {"needed_bytes", "autodp_broker_needed_bytes", "gauge", "Bytes of the log that are needed."},
    {"append_bytes", "autodp_broker_append_bytes", "gauge", "Bytes on the way to the disk."},
    {"disk_full", "autodp_broker_disk_full", "gauge", "1 when the disk has no room."},
};

static const family_t TOPIC[] = {
    {"records", "autodp_topic_records", "gauge", "Records that are needed."},
    {"bytes", "autodp_topic_bytes", "gauge", "Bytes of these records."},
    {"published", "autodp_topic_published_total", "counter", "Records stored."},
    {"duplicates", "autodp_topic_duplicates_total", "counter", "Publishes that were repeats."},
    {"expired", "autodp_topic_expired_total", "counter", "Records whose time to live passed."},
    {"retired", "autodp_topic_retired_total", "counter", "Records that retention took."},
};

static const family_t GROUP[] = {
    {"lag", "autodp_group_lag", "gauge", "Records the group has not settled."},
    {"acked", "autodp_group_acked_total", "counter", "Records acknowledged."},
    {"delivered", "autodp_group_delivered_total", "counter", "Deliveries."},
    {"redelivered", "autodp_group_redelivered_total", "counter", "Deliveries but the first."},
    {"dead", "autodp_group_dead_total", "counter", "Records given up."},
};

static const struct {
    const char *key;
    const char *name;
    const char *help;
    double unit; // of the document's numbers
} HISTOGRAMS[] = {
    {"publish_ms", "autodp_publish_seconds", "From a publish to its acknowledgement.", 0.001},
    {"call_ms", "autodp_call_seconds", "From a call to its answer.", 0.001},
    {"sync_ms", "autodp_sync_seconds", "From a write to the end of its fdatasync.", 0.001},
    {"batch_records", "autodp_batch_records", "Records stored together.", 1},
};

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static json_int_t number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_boolean(value) ? json_boolean_value(value) : json_integer_value(value);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static void head(buf_t *text, const char *name, const char *kind, const char *help)
{
    buf_addf(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind);
}

void exposition_value(buf_t *text, const char *name, const char *kind, const char *help,
                      json_int_t value)
{
    head(text, name, kind, help);
    buf_addf(text, "%s %lld\n", name, (long long)value);
}

static void add_topics(buf_t *text, const json_t *topics)
{
    for (size_t i = 0; i < LENGTH(TOPIC); i++) {
        head(text, TOPIC[i].name, TOPIC[i].kind, TOPIC[i].help);
        for (size_t k = 0; k < json_array_size(topics); k++) {
            const json_t *topic = json_array_get(topics, k);
            buf_addf(text, "%s{topic=\"%s\"} %lld\n", TOPIC[i].name, text_of(topic, "name"),
                     (long long)number(topic, TOPIC[i].key));
        }
    }
}

static void add_groups_of(buf_t *text, const family_t *family, const json_t *topic)
{
    const json_t *groups = json_object_get(topic, "groups");
    for (size_t i = 0; i < json_array_size(groups); i++) {
        const json_t *group = json_array_get(groups, i);
        buf_addf(text, "%s{topic=\"%s\",group=\"%s\"} %lld\n", family->name, text_of(topic, "name"),
                 text_of(group, "name"), (long long)number(group, family->key));
    }
}

static void add_groups(buf_t *text, const json_t *topics)
{
    for (size_t i = 0; i < LENGTH(GROUP); i++) {
        head(text, GROUP[i].name, GROUP[i].kind, GROUP[i].help);
        for (size_t k = 0; k < json_array_size(topics); k++) {
            add_groups_of(text, &GROUP[i], json_array_get(topics, k));
        }
    }
}

// The buckets of the document stand for themselves, those of the text for all below them too.
static void add_histogram(buf_t *text, const char *name, double unit, const json_t *histogram)
{
    const json_t *bounds = json_object_get(histogram, "bounds");
    const json_t *counts = json_object_get(histogram, "counts");
    json_int_t sum = 0;
    for (size_t i = 0; i < json_array_size(bounds); i++) {
        sum += json_integer_value(json_array_get(counts, i));
        buf_addf(text, "%s_bucket{le=\"%g\"} %lld\n", name,
                 (double)json_integer_value(json_array_get(bounds, i)) * unit, (long long)sum);
    }
    long long count = (long long)number(histogram, "count");
    buf_addf(text, "%s_bucket{le=\"+Inf\"} %lld\n%s_sum %.10g\n%s_count %lld\n", name, count, name,
             (double)number(histogram, "sum") * unit, name, count);
}

static void add_histograms(buf_t *text, const json_t *histograms)
{
    for (size_t i = 0; i < json_array_size(histograms); i++) {
        const json_t *histogram = json_array_get(histograms, i);
        for (size_t k = 0; k < LENGTH(HISTOGRAMS); k++) {
            if (strcmp(HISTOGRAMS[k].key, text_of(histogram, "name")) == 0) {
                head(text, HISTOGRAMS[k].name, "histogram", HISTOGRAMS[k].help);
                add_histogram(text, HISTOGRAMS[k].name, HISTOGRAMS[k].unit, histogram);
            }
        }
    }
}

void exposition_stats(buf_t *text, const json_t *stats)
{
    const json_t *broker = json_object_get(stats, "broker");
    const json_t *topics = json_object_get(stats, "topics");
    for (size_t i = 0; i < LENGTH(BROKER); i++) {
        exposition_value(text, BROKER[i].name, BROKER[i].kind, BROKER[i].help,
                         number(broker, BROKER[i].key));
    }
    exposition_value(text, "autodp_topics_omitted", "gauge", "Topics that are not listed here.",
                     number(broker, "topics") - (json_int_t)json_array_size(topics));
    add_topics(text, topics);
    add_groups(text, topics);
    add_histograms(text, json_object_get(stats, "histograms"));
}

static void add_actor(buf_t *text, const char *name, const json_t *actor, json_int_t value)
{
    buf_addf(text, "%s{actor=\"%s\",instance=\"%s\"} %lld\n", name, text_of(actor, "name"),
             text_of(actor, "instance"), (long long)value);
}

void exposition_actors(buf_t *text, const json_t *actors)
{
    head(text, "autodp_actor_up", "gauge", "1 when the actor is ready.");
    for (size_t i = 0; i < json_array_size(actors); i++) {
        const json_t *actor = json_array_get(actors, i);
        add_actor(text, "autodp_actor_up", actor, strcmp(text_of(actor, "state"), "ready") == 0);
    }
    head(text, "autodp_actor_memory_bytes", "gauge", "Memory the actor has.");
    for (size_t i = 0; i < json_array_size(actors); i++) {
        const json_t *actor = json_array_get(actors, i);
        add_actor(text, "autodp_actor_memory_bytes", actor, number(actor, "memory_bytes"));
    }
}
