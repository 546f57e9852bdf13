// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "broker/core/topic_settings.h"
#include "cli/topic.h"

// The words NAME=VALUE from the third on, as an object. The kinds of values are checked here, so
// that the broker hears numbers.
static err_t read_settings(const args_t *args, json_t **ret, fault_t *fault)
{
    *ret = json_object();
    for (int i = 2; i < args->word_count; i++) {
        const char *word = args->words[i];
        size_t size = strcspn(word, "=");
        topic_settings_t one = {0};
        char *name = text_dup(word, size);
        err_t err = word[size] == '='
                        ? topic_settings_take(&one, name, word + size + 1, fault)
                        : fault_set(fault, ERR_INVALID, "write NAME=VALUE: retention_ms=60000",
                                    "'%s' is no setting", word);
        if (err == ERR_OK) {
            json_t *all = topic_settings_json(&one);
            json_object_set(*ret, name, json_object_get(all, name));
            json_decref(all);
        }
        free(name);
        if (err) {
            json_decref(*ret);
            return err;
        }
    }
    return ERR_OK;
}

static err_t store(platform_t *platform, const args_t *args, method_t method, const char *done,
                   fault_t *fault)
{
    msg_topic_settings_t message = {0};
    err_t err = topic_name(args, &message.topic, fault);
    err = err ? err : read_settings(args, &message.settings, fault);
    if (err == ERR_OK) {
        err = topic_change(platform, method, &message, done, fault);
        json_decref(message.settings);
    }
    return err;
}

err_t topic_create(platform_t *platform, const args_t *args, fault_t *fault)
{
    return store(platform, args, METHOD_topic_create, "created", fault);
}

err_t topic_set(platform_t *platform, const args_t *args, fault_t *fault)
{
    return store(platform, args, METHOD_topic_configure, "changed", fault);
}

err_t topic_purge(platform_t *platform, const args_t *args, fault_t *fault)
{
    msg_topic_purge_t message = {0};
    err_t err = topic_name(args, &message.topic, fault);
    err = err ? err : topic_number(args, "below", 0, &message.below, fault);
    return err ? err : topic_change(platform, METHOD_topic_purge, &message, "purged", fault);
}

// With --group of a group, otherwise of the topic.
static err_t change_either(platform_t *platform, const args_t *args, method_t of_topic,
                           method_t of_group, const char *done, fault_t *fault)
{
    const char *name = "";
    const char *group = args_value(args, "group", NULL);
    err_t err = topic_name(args, &name, fault);
    if (err) {
        return err;
    }
    msg_group_named_t both = {.topic = name, .group = group};
    msg_topic_named_t one = {.topic = name};
    return group ? topic_change(platform, of_group, &both, done, fault)
                 : topic_change(platform, of_topic, &one, done, fault);
}

err_t topic_delete(platform_t *platform, const args_t *args, fault_t *fault)
{
    return change_either(platform, args, METHOD_topic_delete, METHOD_group_delete, "deleted",
                         fault);
}

err_t topic_pause(platform_t *platform, const args_t *args, fault_t *fault)
{
    return change_either(platform, args, METHOD_topic_pause, METHOD_group_pause, "paused", fault);
}

err_t topic_resume(platform_t *platform, const args_t *args, fault_t *fault)
{
    return change_either(platform, args, METHOD_topic_resume, METHOD_group_resume, "resumed",
                         fault);
}

err_t topic_group(platform_t *platform, const args_t *args, fault_t *fault)
{
    msg_group_create_t message = {.backoff = args_value(args, "backoff", NULL)};
    err_t err = topic_name(args, &message.topic, fault);
    err = err ? err : args_word(args, 2, "the group's name", &message.group, fault);
    err = err ? err : topic_from(args, "first", &message.start, &message.start_at, fault);
    err = err ? err : topic_number(args, "deliveries", 0, &message.deliveries_max, fault);
    return err ? err : topic_change(platform, METHOD_group_create, &message, "created", fault);
}

err_t topic_seek(platform_t *platform, const args_t *args, fault_t *fault)
{
    msg_group_seek_t message = {.group = args_value(args, "group", NULL)};
    err_t err = topic_name(args, &message.topic, fault);
    if (err == ERR_OK && (!message.group || !args_has(args, "from"))) {
        err = fault_set(fault, ERR_INVALID, "add --group NAME --from PLACE",
                        "seek needs a group and a place");
    }
    err = err ? err : topic_from(args, "first", &message.start, &message.start_at, fault);
    return err ? err : topic_change(platform, METHOD_group_seek, &message, "sought", fault);
}

err_t topic_redrive(platform_t *platform, const args_t *args, fault_t *fault)
{
    char name[LIMIT_NAME_BYTES + 1];
    msg_topic_redrive_t message = {.topic = name};
    msg_counted_t counted;
    err_t err = topic_dead_name(args, name, fault);
    err = err ? err : topic_number(args, "count", 0, &message.count, fault);
    err = err ? err : platform_ask(platform, METHOD_topic_redrive, &message, &counted, fault);
    if (err == ERR_OK) {
        printf(platform->json ? "{\"count\": %lld}\n" : "%lld dead letters given back\n",
               (long long)counted.count);
    }
    return err;
}
