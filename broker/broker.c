// SPDX-License-Identifier: MPL-2.0
#include "broker/broker.h"

#include <czmq.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/id.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/signals.h"
#include "base/text.h"
#include "broker/auth.h"
#include "broker/core/entry.h"
#include "broker/descriptors.h"
#include "broker/loop.h"
#include "broker/scrubber.h"
#include "proto/endpoint.h"

enum {
    FRAME_SLACK = 3 << 20, // above the limit: such frames are refused with a fault; larger ones
                           // cost the sender its connection
    SEGMENT_BYTES = 16 << 20,
    LINGER_MS = 1000,
    SCRUB_BYTES = 8 << 20, // a second
    SCRUB_HOURS = 24,
    HOUR_MS = 3600 * 1000,
    HANDSHAKE_MS = 5000, // for a client to show who it is
    BACKLOG = 1024,
    HEARTBEAT_MS = 5000, // of ZeroMQ itself, so that connections without a client end
    HEARTBEAT_TIMEOUT_MS = 15000,
};

// Everything the broker holds, so that one function lets it go whatever was reached.
typedef struct {
    char incarnation[ID_SIZE];
    void *context;
    void *router;
    core_t *core;
    effects_t effects;
    journal_t *journal;
    committer_t *committer;
    fetcher_t *fetcher;
    scrubber_t *scrubber;
    auth_t *auth; // NULL: nobody comes over tcp
    hub_t *hub;
    watch_t *watch;
    loop_t *loop;
} parts_t;

// Only the owner may reach the sockets.
static err_t make_folders(const broker_options_t *options, disk_t *disk, fault_t *fault)
{
    char run[ENDPOINT_SIZE];
    err_t err = endpoint_folder(run, options->data_dir, fault);
    if (err) {
        return err;
    }
    if (disk->make_folder(disk, options->data_dir) < 0) {
        return fault_errno(fault, ERR_IO, options->data_dir);
    }
    if (disk->make_folder(disk, run) < 0 || chmod(run, 0700) < 0) {
        return fault_errno(fault, ERR_IO, run);
    }
    return ERR_OK;
}

// An entry that cannot be read means that a newer version wrote the log: nothing may be guessed.
static err_t recover_record(void *context, const journal_record_t *record, fault_t *fault)
{
    parts_t *parts = context;
    entry_t entry;
    view_t body;
    fault_t reason;
    event_t event = {.kind = EVENT_RECOVERED,
                     .position = record->position,
                     .size = record->size,
                     .bytes = {record->bytes, record->kept}};
    if (entry_unpack(event.bytes, &entry, &body, &reason)) {
        return fault_set(fault, ERR_CORRUPT, reason.remedy, "log segment %u, offset %u: %s",
                         (unsigned)(record->position >> 32), (unsigned)record->position,
                         reason.detail);
    }
    core_step(parts->core, &event, &parts->effects);
    return ERR_OK;
}

static void report_recovery(const journal_report_t *report)
{
    log_event(LOG_INFO, "log.recovered",
              "%lld records in %lld batches and %lld segments, %lld of them read by their index",
              (long long)report->records, (long long)report->batches, (long long)report->segments,
              (long long)report->indexed);
    if (report->cut_bytes > 0) {
        log_event(LOG_WARNING, "log.cut",
                  "%s: the end was not whole: %lld bytes cut, %lld batches, %lld records; nothing "
                  "shows that they were on disk before the broker ended",
                  report->cut_place, (long long)report->cut_bytes, (long long)report->cut_batches,
                  (long long)report->cut_records);
    }
}

static void start_scrubber(parts_t *parts, const broker_options_t *options, disk_t *disk,
                           const char *folder)
{
    int64_t hours = options->scrub_hours > 0 ? options->scrub_hours : SCRUB_HOURS;
    scrubber_options_t scrubber = {.disk = disk,
                                   .folder = folder,
                                   .committer = parts->committer,
                                   .bytes_a_second = SCRUB_BYTES,
                                   .pass_ms = hours * HOUR_MS};
    parts->scrubber = scrubber_new(&scrubber);
}

static bool comes_from_afar(const broker_options_t *options)
{
    return options->listen && *options->listen != '\0';
}

static err_t open_log(parts_t *parts, const broker_options_t *options, disk_t *disk, fault_t *fault)
{
    core_options_t core = options->core;
    core.incarnation = parts->incarnation;
    core.remote = comes_from_afar(options);
    core.segment_bytes = core.segment_bytes > 0 ? core.segment_bytes : SEGMENT_BYTES;
    parts->core = core_new(&core);
    char *folder = text_format("%s/log", options->data_dir);
    journal_options_t journal = {
        .disk = disk, .folder = folder, .segment_bytes = core.segment_bytes};
    journal_report_t report;
    err_t err = journal_open(&journal, recover_record, parts, &parts->journal, &report, fault);
    if (err == ERR_OK) {
        report_recovery(&report);
        parts->fetcher = fetcher_new(disk, folder);
        parts->committer = committer_new(&parts->journal);
        start_scrubber(parts, options, disk, folder);
    }
    free(folder);
    return err;
}

static bool set_int(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

static err_t make_router(parts_t *parts, fault_t *fault)
{
    int64_t bytes_max = LIMIT_FRAME_BYTES + FRAME_SLACK;
    parts->router = zmq_socket(parts->context, ZMQ_ROUTER);
    if (!parts->router || !set_int(parts->router, ZMQ_ROUTER_MANDATORY, 1) ||
        !set_int(parts->router, ZMQ_LINGER, LINGER_MS) ||
        !set_int(parts->router, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS) ||
        !set_int(parts->router, ZMQ_BACKLOG, BACKLOG) ||
        !set_int(parts->router, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS) ||
        !set_int(parts->router, ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS) ||
        zmq_setsockopt(parts->router, ZMQ_MAXMSGSIZE, &bytes_max, sizeof bytes_max) < 0) {
        return fault_set(fault, ERR_IO, NULL, "zmq_socket: %s", zmq_strerror(zmq_errno()));
    }
    return ERR_OK;
}

static err_t bind_router(parts_t *parts, const char *endpoint, const char *remedy, fault_t *fault)
{
    return zmq_bind(parts->router, endpoint) == 0
               ? ERR_OK
               : fault_set(fault, ERR_IO, remedy, "%s: %s", endpoint, zmq_strerror(zmq_errno()));
}

// libzmq gives a listener the options of the moment it is bound: the one for this host stays
// without keys.
static err_t bind_remote(parts_t *parts, const char *endpoint, fault_t *fault)
{
    err_t err = auth_guard(parts->auth, parts->router, AUTH_BUS, fault);
    return err ? err
               : bind_router(parts, endpoint,
                             "see that the address is of this host and the port "
                             "free, or change 'bus_listen'",
                             fault);
}

static err_t open_local(parts_t *parts, const char *data_dir, hub_options_t *hub, fault_t *fault)
{
    char broker[ENDPOINT_SIZE];
    char in[ENDPOINT_SIZE];
    char out[ENDPOINT_SIZE];
    err_t err = endpoint_path(broker, data_dir, ENDPOINT_BROKER, fault);
    err = err ? err : endpoint_path(in, data_dir, ENDPOINT_HEARTBEAT_IN, fault);
    err = err ? err : endpoint_path(out, data_dir, ENDPOINT_HEARTBEAT_OUT, fault);
    if (err) {
        return err;
    }
    hub->in = in;
    hub->out = out;
    hub->incarnation = parts->incarnation;
    err = hub_new(parts->context, hub, &parts->hub, fault);
    err = err ? err : make_router(parts, fault);
    return err ? err
               : bind_router(parts, broker, "see that the data directory can be written to", fault);
}

static err_t open_sockets(parts_t *parts, const broker_options_t *options, fault_t *fault)
{
    char broker[ENDPOINT_SIZE];
    char in[ENDPOINT_SIZE];
    char out[ENDPOINT_SIZE];
    hub_options_t hub = {0};
    err_t err = ERR_OK;
    bool remote = comes_from_afar(options);
    parts->context = zmq_ctx_new();
    if (remote) {
        err = endpoint_remote(broker, options->listen, ENDPOINT_BROKER, fault);
        err = err ? err : endpoint_remote(in, options->listen, ENDPOINT_HEARTBEAT_IN, fault);
        err = err ? err : endpoint_remote(out, options->listen, ENDPOINT_HEARTBEAT_OUT, fault);
        err = err ? err : auth_new(parts->context, options->data_dir, &parts->auth, fault);
        hub.remote_in = in;
        hub.remote_out = out;
        hub.auth = parts->auth;
    }
    err = err ? err : open_local(parts, options->data_dir, &hub, fault);
    err = err || !remote ? err : bind_remote(parts, broker, fault);
    return err ? err : watch_new(parts->context, parts->router, &parts->watch, fault);
}

static err_t serve(parts_t *parts, const broker_options_t *options, int stop_fd, fault_t *fault)
{
    loop_options_t loop = {.core = parts->core,
                           .router = parts->router,
                           .committer = parts->committer,
                           .fetcher = parts->fetcher,
                           .hub = parts->hub,
                           .auth = parts->auth,
                           .watch = parts->watch,
                           .stop_fd = stop_fd};
    if (sysconf(_SC_NPROCESSORS_ONLN) > 1) { // else those that it waits for have to wait for it
        loop.look_us = options->look_us;
    }
    parts->loop = loop_new(&loop);
    event_t event = {.kind = EVENT_RECOVERY_END};
    loop_feed(parts->loop, &event);
    if (parts->auth) {
        event = (event_t){.kind = EVENT_POLICY, .policy = auth_policy(parts->auth)};
        loop_feed(parts->loop, &event);
    }
    log_event(LOG_INFO, "broker.ready", "%s", options->data_dir);
    if (options->ready_fd >= 0 && write(options->ready_fd, "R", 1) != 1) {
        log_event(LOG_WARNING, "broker.ready", "the starter does not listen");
    }
    return loop_run(parts->loop, fault);
}

static void let_go(parts_t *parts)
{
    loop_destroy(&parts->loop);
    scrubber_destroy(&parts->scrubber);
    committer_destroy(&parts->committer);
    journal_close(&parts->journal);
    fetcher_destroy(&parts->fetcher);
    core_destroy(&parts->core);
    effects_release(&parts->effects);
    hub_destroy(&parts->hub);
    watch_destroy(&parts->watch);
    if (parts->router) {
        zmq_close(parts->router);
    }
    auth_destroy(&parts->auth);
    if (parts->context) {
        zmq_ctx_term(parts->context);
    }
}

err_t broker_run_until(const broker_options_t *options, int stop_fd, fault_t *fault)
{
    disk_t *disk = options->disk ? options->disk : disk_real();
    parts_t parts = {0};
    id_new(parts.incarnation, "br_");
    zsys_handler_set(NULL); // CZMQ's own would swallow SIGTERM
    descriptors_reserve();
    err_t err = make_folders(options, disk, fault);
    err = err ? err : open_log(&parts, options, disk, fault);
    err = err ? err : open_sockets(&parts, options, fault);
    err = err ? err : serve(&parts, options, stop_fd, fault);
    let_go(&parts);
    log_event(err ? LOG_ERROR : LOG_INFO, "broker.ended", "%s", err && fault ? fault->detail : "");
    return err;
}

err_t broker_run(const broker_options_t *options, fault_t *fault)
{
    int stop_fd = signals_open(false);
    if (stop_fd < 0) {
        return fault_errno(fault, ERR_IO, "signalfd");
    }
    err_t err = broker_run_until(options, stop_fd, fault);
    close(stop_fd);
    return err;
}
