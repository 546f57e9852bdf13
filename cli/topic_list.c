// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>

#include "cli/grid.h"
#include "cli/topic.h"

err_t topic_ls(platform_t *platform, const args_t *args, fault_t *fault)
{
    (void)args;
    json_t *topics;
    err_t err = topic_all(platform, METHOD_topic_list, "name", &topics, fault);
    if (err) {
        return err;
    }
    if (platform->json) {
        platform_print_json(topics);
    } else {
        for (size_t i = 0; i < json_array_size(topics); i++) {
            json_t *topic = json_array_get(topics, i);
            json_object_update_missing(topic, json_object_get(topic, "settings"));
        }
        grid_print_objects(topics, "name kind records bytes first next groups delayed paused",
                           "TOPIC KIND RECORDS BYTES FIRST NEXT GROUPS DELAYED PAUSED");
    }
    json_decref(topics);
    return ERR_OK;
}

static void print_pairs(const json_t *object)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)object, name, value)
    {
        if (json_is_string(value)) {
            printf("  %-17s %s\n", name, json_string_value(value));
        } else if (json_is_integer(value)) {
            printf("  %-17s %lld\n", name, (long long)json_integer_value(value));
        } else if (json_is_boolean(value)) {
            printf("  %-17s %s\n", name, json_is_true(value) ? "yes" : "no");
        }
    }
}

static void print_state(const json_t *topic)
{
    print_pairs(topic);
    printf("settings\n");
    print_pairs(json_object_get(topic, "settings"));
    const json_t *groups = json_object_get(topic, "groups");
    if (json_array_size(groups) > 0) {
        grid_print_objects(groups,
                           "name floor lag in_flight waiting consumers acked delivered redelivered "
                           "dead deliveries_max backoff paused ephemeral",
                           "GROUP FLOOR LAG FLIGHT WAITING CONSUMERS ACKED DELIVERED REDELIVERED "
                           "DEAD DELIVERIES BACKOFF PAUSED EPHEMERAL");
    }
    for (size_t i = 0; i < json_array_size(groups); i++) {
        const json_t *group = json_array_get(groups, i);
        const json_t *consumers = json_object_get(group, "consumer_list");
        for (size_t k = 0; k < json_array_size(consumers); k++) {
            const json_t *one = json_array_get(consumers, k);
            printf("%s: consumer %s, credit %lld, in flight %lld\n",
                   json_string_value(json_object_get(group, "name")),
                   json_string_value(json_object_get(one, "name")),
                   (long long)json_integer_value(json_object_get(one, "credit")),
                   (long long)json_integer_value(json_object_get(one, "in_flight")));
        }
    }
}

err_t topic_show(platform_t *platform, const args_t *args, fault_t *fault)
{
    const char *name = "";
    json_t *topic = NULL;
    err_t err = topic_name(args, &name, fault);
    err = err ? err : topic_state(platform, name, &topic, fault);
    if (err == ERR_OK && platform->json) {
        platform_print_json(topic);
    } else if (err == ERR_OK) {
        print_state(topic);
    }
    json_decref(topic);
    return err;
}

static err_t add_groups(platform_t *platform, const char *name, json_t *lines, fault_t *fault)
{
    json_t *topic;
    err_t err = topic_state(platform, name, &topic, fault);
    if (err == ERR_NOT_FOUND) {
        return ERR_OK; // deleted meanwhile
    }
    if (err) {
        return err;
    }
    const json_t *groups = json_object_get(topic, "groups");
    for (size_t i = 0; i < json_array_size(groups); i++) {
        json_t *line = json_array_get(groups, i);
        json_object_set_new(line, "topic", json_string(name));
        json_object_set_new(line, "group", json_incref(json_object_get(line, "name")));
        json_object_del(line, "name");
        json_object_del(line, "consumer_list");
        json_array_append(lines, line);
    }
    json_decref(topic);
    return ERR_OK;
}

static err_t collect(platform_t *platform, const args_t *args, json_t *lines, fault_t *fault)
{
    const char *name = "";
    if (args->word_count > 1) {
        err_t err = topic_name(args, &name, fault);
        return err ? err : add_groups(platform, name, lines, fault);
    }
    json_t *topics;
    err_t err = topic_all(platform, METHOD_topic_list, "name", &topics, fault);
    for (size_t i = 0; err == ERR_OK && i < json_array_size(topics); i++) {
        const json_t *topic = json_array_get(topics, i);
        if (json_integer_value(json_object_get(topic, "groups")) > 0) {
            err = add_groups(platform, json_string_value(json_object_get(topic, "name")), lines,
                             fault);
        }
    }
    json_decref(topics);
    return err;
}

err_t topic_lag(platform_t *platform, const args_t *args, fault_t *fault)
{
    json_t *lines = json_array();
    err_t err = collect(platform, args, lines, fault);
    if (err == ERR_OK && platform->json) {
        platform_print_json(lines);
    } else if (err == ERR_OK) {
        grid_print_objects(lines, "topic group lag in_flight waiting consumers dead paused",
                           "TOPIC GROUP LAG FLIGHT WAITING CONSUMERS DEAD PAUSED");
    }
    json_decref(lines);
    return err;
}
