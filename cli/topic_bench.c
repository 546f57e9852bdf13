// SPDX-License-Identifier: MPL-2.0
// How many records a second this broker, with this disk, takes from one client and gives to one.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/topic.h"

enum {
    COUNT = 100000,
    SIZE = 128,
    PENDING_MAX = 8192,
    CREDIT = 1024,
    STALL_MS = 30000,
};

typedef struct {
    platform_t *platform;
    const char *topic;
    int64_t count;
    int64_t size;
    int64_t published;
    int64_t settled;
    bool stop;
    fault_t fault;
} bench_t;

static void on_published(void *context, const fault_t *fault, int64_t offset, bool duplicate)
{
    (void)offset;
    (void)duplicate;
    bench_t *bench = context;
    bench->published++;
    if (fault) {
        bench->fault = *fault;
    }
}

static void on_settled(void *context, const fault_t *fault)
{
    bench_t *bench = context;
    bench->settled++;
    bench->stop = bench->settled == bench->count;
    if (fault) {
        bench->fault = *fault;
    }
}

static void on_record(void *context, const bus_record_t *record)
{
    bench_t *bench = context;
    bus_ack(bench->platform->bus, record->topic, record->group, record->offset, on_settled, bench);
}

static err_t publish_all(bench_t *bench, fault_t *fault)
{
    char *payload = mem_new((size_t)bench->size + 1);
    bus_publish_t record = {.topic = bench->topic, .payload = {payload, (size_t)bench->size}};
    bool never = false;
    err_t err = ERR_OK;
    int64_t sent = 0;
    int64_t last_ms = clock_mono_ms();
    while (err == ERR_OK && bench->published < bench->count && !bench->fault.code) {
        while (err == ERR_OK && sent < bench->count && sent - bench->published < PENDING_MAX) {
            err = bus_publish(bench->platform->bus, &record, on_published, bench, fault);
            sent++;
        }
        int64_t before = bench->published;
        bus_run(bench->platform->bus, &never, 1);
        last_ms = bench->published > before ? clock_mono_ms() : last_ms;
        if (clock_mono_ms() - last_ms > STALL_MS) {
            err = fault_set(fault, ERR_TIMEOUT, "look at the broker's log",
                            "no record was acknowledged for 30 s");
        }
    }
    free(payload);
    return err;
}

static err_t consume_all(bench_t *bench, fault_t *fault)
{
    bus_consume_t options = {.topic = bench->topic, .group = "bench", .credit = CREDIT};
    err_t err = bus_consume(bench->platform->bus, &options, on_record, bench, fault);
    while (err == ERR_OK && !bench->stop && !bench->fault.code) {
        int64_t before = bench->settled;
        bus_run(bench->platform->bus, &bench->stop, STALL_MS);
        if (bench->settled == before) {
            err = fault_set(fault, ERR_TIMEOUT, "look at the broker's log",
                            "no record came for 30 s");
        }
    }
    return err;
}

static void report(const bench_t *bench, int64_t publish_ms, int64_t consume_ms)
{
    long long in = bench->count * 1000 / (publish_ms > 0 ? publish_ms : 1);
    long long out = bench->count * 1000 / (consume_ms > 0 ? consume_ms : 1);
    printf(bench->platform->json
               ? "{\"count\": %lld, \"bytes\": %lld, \"published_per_s\": %lld, "
                 "\"consumed_per_s\": %lld}\n"
               : "%lld records of %lld bytes: %lld published a second, %lld consumed and "
                 "acknowledged\n",
           (long long)bench->count, (long long)bench->size, in, out);
}

static err_t run(bench_t *bench, fault_t *fault)
{
    int64_t start_ms = clock_mono_ms();
    err_t err = publish_all(bench, fault);
    int64_t middle_ms = clock_mono_ms();
    err = err || bench->fault.code ? err : consume_all(bench, fault);
    if (bench->fault.code) {
        *fault = bench->fault;
        err = fault->code;
    }
    if (err == ERR_OK) {
        report(bench, middle_ms - start_ms, clock_mono_ms() - middle_ms);
    }
    return err;
}

// The consumer has to be gone before the topic can go, so a second connection takes it away.
static void clean_up(const args_t *args, const char *topic)
{
    platform_t platform;
    fault_t fault;
    if (platform_open(args, &platform, &fault) == ERR_OK) {
        msg_empty_t empty;
        platform_ask(&platform, METHOD_topic_delete, &(msg_topic_named_t){.topic = topic}, &empty,
                     &fault);
        platform_close(&platform);
    }
}

err_t topic_bench(platform_t *platform, const args_t *args, fault_t *fault)
{
    char topic[32];
    snprintf(topic, sizeof topic, "bench.%d", getpid());
    bench_t bench = {.platform = platform, .topic = topic};
    err_t err = topic_number(args, "count", COUNT, &bench.count, fault);
    err = err ? err : topic_number(args, "size", SIZE, &bench.size, fault);
    if (err == ERR_OK && (bench.count == 0 || bench.size > LIMIT_FRAME_BYTES)) {
        err = fault_set(fault, ERR_INVALID, "use a count of 1 or more and a size of up to 1048576",
                        "nothing can be measured with this");
    }
    if (err) {
        return err;
    }
    err = run(&bench, fault);
    bus_destroy(&platform->bus);
    clean_up(args, topic);
    return err;
}
