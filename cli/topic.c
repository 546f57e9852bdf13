// SPDX-License-Identifier: MPL-2.0
#include "cli/topic.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/command.h"

static const struct {
    const char *name;
    topic_verb_fn *run;
} VERBS[] = {
    {"ls", topic_ls},         {"show", topic_show},     {"create", topic_create},
    {"set", topic_set},       {"pub", topic_pub},       {"sub", topic_sub},
    {"tail", topic_tail},     {"lag", topic_lag},       {"dlq", topic_dlq},
    {"group", topic_group},   {"seek", topic_seek},     {"redrive", topic_redrive},
    {"purge", topic_purge},   {"delete", topic_delete}, {"pause", topic_pause},
    {"resume", topic_resume}, {"bench", topic_bench},
};

err_t topic_name(const args_t *args, const char **ret, fault_t *fault)
{
    return args_word(args, 1, "the topic's name", ret, fault);
}

err_t topic_dead_name(const args_t *args, char ret[LIMIT_NAME_BYTES + 1], fault_t *fault)
{
    const char *name = "";
    const char *group = args_value(args, "group", NULL);
    err_t err = topic_name(args, &name, fault);
    if (err) {
        return err;
    }
    bool dead = strncmp(name, "dead.", 5) == 0;
    if (!dead && !group) {
        return fault_set(fault, ERR_INVALID,
                         "name the group with --group, or the topic dead.TOPIC.GROUP",
                         "which group's dead letters of topic '%s' are meant?", name);
    }
    int size = dead ? snprintf(ret, LIMIT_NAME_BYTES + 1, "%s", name)
                    : snprintf(ret, LIMIT_NAME_BYTES + 1, "dead.%s.%s", name, group);
    return size <= LIMIT_NAME_BYTES ? ERR_OK
                                    : fault_set(fault, ERR_INVALID, "check the spelling",
                                                "there is no topic with a name of %d bytes", size);
}

err_t topic_number(const args_t *args, const char *name, int64_t otherwise, int64_t *ret,
                   fault_t *fault)
{
    const char *text = args_value(args, name, NULL);
    char *end = NULL;
    errno = 0;
    *ret = text ? strtoll(text, &end, 10) : otherwise;
    bool whole = !text || (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0);
    return whole ? ERR_OK
                 : fault_set(fault, ERR_INVALID, "use a whole number", "--%s is '%s'", name, text);
}

static bool read_time(const char *text, int64_t *ret_ms)
{
    struct tm tm = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    if (!end || strcmp(end, "Z") != 0) {
        return false;
    }
    *ret_ms = (int64_t)timegm(&tm) * 1000;
    return true;
}

err_t topic_from(const args_t *args, const char *otherwise, const char **ret_start, int64_t *ret_at,
                 fault_t *fault)
{
    const char *from = args_value(args, "from", otherwise);
    *ret_at = 0;
    *ret_start = strcmp(from, "end") == 0 ? "end" : "first";
    if (strcmp(from, "first") == 0 || strcmp(from, "end") == 0) {
        return ERR_OK;
    }
    char *end = NULL;
    errno = 0;
    if (strncmp(from, "offset:", 7) == 0 && from[7] >= '0' && from[7] <= '9') {
        *ret_start = "offset";
        *ret_at = strtoll(from + 7, &end, 10);
    } else if (strncmp(from, "time:", 5) == 0 && read_time(from + 5, ret_at)) {
        *ret_start = "time";
        return ERR_OK;
    }
    return end && *end == '\0' && errno == 0
               ? ERR_OK
               : fault_set(fault, ERR_INVALID,
                           "use first, end, offset:100 or time:2026-01-31T12:00:00Z",
                           "'%s' is no place in a topic", from);
}

err_t topic_all(platform_t *platform, method_t method, const char *key, json_t **ret,
                fault_t *fault)
{
    *ret = json_array();
    bool more = true;
    while (more) {
        const json_t *last = json_array_get(*ret, json_array_size(*ret) - 1);
        msg_page_t page = {.after = json_string_value(json_object_get(last, key))};
        msg_listing_t listing;
        if (platform_ask(platform, method, &page, &listing, fault)) {
            json_decref(*ret);
            *ret = NULL;
            return fault->code;
        }
        more = listing.more && json_array_size(listing.items) > 0;
        json_array_extend(*ret, listing.items);
        message_release(MSG_listing, &listing);
    }
    return ERR_OK;
}

err_t topic_state(platform_t *platform, const char *name, json_t **ret, fault_t *fault)
{
    msg_topic_state_t state;
    err_t err = platform_ask(platform, METHOD_topic_show, &(msg_topic_named_t){.topic = name},
                             &state, fault);
    *ret = err ? NULL : json_incref(state.topic);
    if (err == ERR_OK) {
        message_release(MSG_topic_state, &state);
    }
    return err;
}

err_t topic_change(platform_t *platform, method_t method, const void *message, const char *done,
                   fault_t *fault)
{
    msg_empty_t empty;
    err_t err = platform_ask(platform, method, message, &empty, fault);
    if (err == ERR_OK && !platform->json) {
        printf("%s\n", done);
    }
    return err;
}

err_t topic_command(const args_t *args, fault_t *fault)
{
    const char *verb = "";
    err_t err = args_word(args, 0, "what is to be done ('topic ls', ...)", &verb, fault);
    size_t i = 0;
    while (err == ERR_OK && i < sizeof VERBS / sizeof VERBS[0] &&
           strcmp(VERBS[i].name, verb) != 0) {
        i++;
    }
    if (err == ERR_OK && i == sizeof VERBS / sizeof VERBS[0]) {
        err = fault_set(fault, ERR_INVALID, "'autodp help' lists them",
                        "there is no command 'topic %s'", verb);
    }
    platform_t platform;
    err = err ? err : platform_open(args, &platform, fault);
    if (err == ERR_OK) {
        err = VERBS[i].run(&platform, args, fault);
        platform_close(&platform);
    }
    return err;
}
