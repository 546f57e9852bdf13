// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/grid.h"
#include "cli/topic.h"

static err_t print_list(platform_t *platform, method_t method, const char *key, const char *keys,
                        const char *titles, fault_t *fault)
{
    json_t *items;
    err_t err = topic_all(platform, method, key, &items, fault);
    if (err == ERR_OK && platform->json) {
        platform_print_json(items);
    } else if (err == ERR_OK) {
        grid_print_objects(items, keys, titles);
    }
    json_decref(items);
    return err;
}

static void print_histograms(const json_t *histograms)
{
    for (size_t i = 0; i < json_array_size(histograms); i++) {
        const json_t *one = json_array_get(histograms, i);
        json_int_t count = json_integer_value(json_object_get(one, "count"));
        json_int_t sum = json_integer_value(json_object_get(one, "sum"));
        printf("%-14s count %lld, mean %.2f\n", json_string_value(json_object_get(one, "name")),
               (long long)count, count > 0 ? (double)sum / (double)count : 0);
    }
}

static err_t print_stats(platform_t *platform, fault_t *fault)
{
    msg_stats_t stats;
    err_t err = platform_ask(platform, METHOD_broker_stats, &(msg_page_t){0}, &stats, fault);
    if (err) {
        return err;
    }
    if (platform->json) {
        platform_print_json(stats.stats);
    } else {
        const char *name;
        json_t *value;
        json_object_foreach(json_object_get(stats.stats, "broker"), name, value)
        {
            printf("%-14s %lld\n", name,
                   (long long)(json_is_boolean(value) ? json_boolean_value(value)
                                                      : json_integer_value(value)));
        }
        print_histograms(json_object_get(stats.stats, "histograms"));
    }
    message_release(MSG_stats, &stats);
    return ERR_OK;
}

static err_t run(platform_t *platform, const char *verb, fault_t *fault)
{
    if (strcmp(verb, "clients") == 0) {
        return print_list(platform, METHOD_client_list, "client",
                          "client role consumers workers pending",
                          "CLIENT ROLE CONSUMERS WORKERS PENDING", fault);
    }
    if (strcmp(verb, "services") == 0) {
        return print_list(platform, METHOD_service_list, "name", "name workers credit busy queued",
                          "SERVICE WORKERS CREDIT BUSY QUEUED", fault);
    }
    if (strcmp(verb, "stats") == 0) {
        return print_stats(platform, fault);
    }
    return fault_set(fault, ERR_INVALID,
                     "use 'broker clients', 'broker services' or 'broker stats'",
                     "there is no command 'broker %s'", verb);
}

err_t broker_command(const args_t *args, fault_t *fault)
{
    const char *verb = "";
    platform_t platform;
    err_t err = args_word(args, 0, "'clients', 'services' or 'stats'", &verb, fault);
    err = err ? err : platform_open(args, &platform, fault);
    if (err == ERR_OK) {
        err = run(&platform, verb, fault);
        platform_close(&platform);
    }
    return err;
}
