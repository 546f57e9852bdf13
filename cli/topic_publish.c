// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/topic.h"

enum { ACK_MS = 30000 };

typedef struct {
    platform_t *platform;
    bus_publish_t record;
    int64_t pending;
    int64_t stored;
    int64_t duplicates;
    int64_t last;
    fault_t fault; // of the first that was refused
} publishing_t;

static void on_published(void *context, const fault_t *fault, int64_t offset, bool duplicate)
{
    publishing_t *publishing = context;
    publishing->pending--;
    if (fault && !publishing->fault.code) {
        publishing->fault = *fault;
    } else if (!fault) {
        publishing->stored += !duplicate;
        publishing->duplicates += duplicate;
        publishing->last = offset;
    }
}

// Waits until so few are without an answer.
static err_t wait_for(publishing_t *publishing, int64_t few, fault_t *fault)
{
    int64_t left_ms = ACK_MS;
    bool never = false;
    while (publishing->pending > few && left_ms > 0 && !publishing->fault.code) {
        int64_t before = publishing->pending;
        bus_run(publishing->platform->bus, &never, 5);
        left_ms = publishing->pending < before ? ACK_MS : left_ms - 5;
    }
    if (publishing->fault.code) {
        *fault = publishing->fault;
        return fault->code;
    }
    return publishing->pending <= few
               ? ERR_OK
               : fault_set(fault, ERR_TIMEOUT, "look with 'autodp topic tail', then try again",
                           "%lld records were not acknowledged; they may still be stored",
                           (long long)publishing->pending);
}

static err_t publish(publishing_t *publishing, const char *text, size_t size, fault_t *fault)
{
    enum { PENDING_MAX = 4096 };
    publishing->record.payload = (bytes_t){text, size};
    err_t err = wait_for(publishing, PENDING_MAX, fault);
    err = err ? err
              : bus_publish(publishing->platform->bus, &publishing->record, on_published,
                            publishing, fault);
    publishing->pending += err == ERR_OK;
    return err;
}

static err_t publish_lines(publishing_t *publishing, fault_t *fault)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    err_t err = ERR_OK;
    while (err == ERR_OK && (size = getline(&line, &capacity, stdin)) >= 0) {
        size -= size > 0 && line[size - 1] == '\n';
        err = publish(publishing, line, (size_t)size, fault);
    }
    free(line);
    return err;
}

static err_t read_options(const args_t *args, bus_publish_t *record, fault_t *fault)
{
    *record = (bus_publish_t){.key = args_value(args, "key", NULL),
                              .message_id = args_value(args, "id", NULL),
                              .trace_id = args_value(args, "trace-id", NULL),
                              .content_type = args_value(args, "content-type", NULL)};
    err_t err = topic_name(args, &record->topic, fault);
    err = err ? err : topic_number(args, "priority", 0, &record->priority, fault);
    err = err ? err : topic_number(args, "delay", 0, &record->delay_ms, fault);
    return err ? err : topic_number(args, "ttl", 0, &record->ttl_ms, fault);
}

static void report(const publishing_t *publishing)
{
    if (publishing->platform->json) {
        printf("{\"stored\": %lld, \"duplicates\": %lld, \"last_offset\": %lld}\n",
               (long long)publishing->stored, (long long)publishing->duplicates,
               (long long)publishing->last);
        return;
    }
    printf("%lld stored, %lld duplicates; last offset %lld\n", (long long)publishing->stored,
           (long long)publishing->duplicates, (long long)publishing->last);
}

err_t topic_pub(platform_t *platform, const args_t *args, fault_t *fault)
{
    publishing_t publishing = {.platform = platform, .last = -1};
    err_t err = read_options(args, &publishing.record, fault);
    for (int i = 2; i < args->word_count && err == ERR_OK; i++) {
        err = publish(&publishing, args->words[i], strlen(args->words[i]), fault);
    }
    if (err == ERR_OK && args->word_count == 2) {
        err = publish_lines(&publishing, fault);
    }
    err = err ? err : wait_for(&publishing, 0, fault);
    if (err == ERR_OK) {
        report(&publishing);
    }
    return err;
}
