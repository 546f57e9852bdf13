// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/runtime/runtime.h"
#include "base/mem.h"
#include "bus/transfer.h"

// A transfer on the pool, over a connection of its own: it may take long and touches the disk.
typedef struct {
    char endpoint[ENDPOINT_SIZE];
    const char *keys;
    bool shortcut;
    char *blob; // to fetch, or NULL
    char source[LIMIT_PATH_BYTES];
    char path[LIMIT_PATH_BYTES];
    char hash[TRANSFER_BLOB_SIZE];
    int64_t bytes;
    err_t err;
    fault_t fault;
    actor_path_fn *on_path;
    actor_stored_fn *on_stored;
    void *context;
} transfer_t;

static const char COPIES[] = "/run/copies";

static void work(void *argument)
{
    transfer_t *transfer = argument;
    bus_options_t options = {
        .endpoint = transfer->endpoint, .keys = transfer->keys, .name = "transfer"};
    char instance[LIMIT_NAME_BYTES];
    snprintf(instance, sizeof instance, "%d.%p", getpid(), argument);
    options.instance = instance;
    bus_t *bus = bus_new(&options, &transfer->fault);
    if (!bus) {
        transfer->err = transfer->fault.code;
    } else if (transfer->blob) {
        transfer->err = transfer_get(bus, transfer->blob, transfer->shortcut, transfer->source,
                                     transfer->path, &transfer->fault);
    } else {
        transfer->err = transfer_put(bus, transfer->source, transfer->shortcut, transfer->hash,
                                     &transfer->bytes, &transfer->fault);
    }
    bus_destroy(&bus);
}

static void done(actor_t *actor, void *argument)
{
    transfer_t *transfer = argument;
    const fault_t *fault = transfer->err ? &transfer->fault : NULL;
    if (transfer->on_path) {
        transfer->on_path(actor, transfer->context, fault, fault ? NULL : transfer->path);
    } else {
        transfer->on_stored(actor, transfer->context, fault, fault ? NULL : transfer->hash,
                            transfer->bytes);
    }
    free(transfer->blob);
    free(transfer);
}

static transfer_t *transfer_new(actor_t *actor, void *context)
{
    transfer_t *transfer = mem_new(sizeof *transfer);
    memcpy(transfer->endpoint, actor->endpoints[ENDPOINT_BROKER], sizeof transfer->endpoint);
    transfer->keys = actor->options->keys;
    transfer->shortcut = !transfer->keys && actor_setting_int(actor, "blob_shortcut") != 0;
    transfer->context = context;
    return transfer;
}

void actor_fetch(actor_t *actor, const char *blob, actor_path_fn *on_path, void *context)
{
    transfer_t *transfer = transfer_new(actor, context);
    transfer->blob = mem_strdup(blob);
    transfer->on_path = on_path;
    char dir[LIMIT_PATH_BYTES];
    snprintf(dir, sizeof dir, "%.3900s/run", actor_data_dir(actor));
    mkdir(dir, 0700); // there already, but for the first time
    snprintf(dir, sizeof dir, "%.3900s%s", actor_data_dir(actor), COPIES);
    mkdir(dir, 0700);
    snprintf(transfer->source, sizeof transfer->source, "%.3950s/%d.%lld", dir, getpid(),
             (long long)++actor->next_copy);
    actor_offload(actor, work, done, transfer);
}

void actor_release_path(actor_t *actor, const char *path)
{
    char prefix[LIMIT_PATH_BYTES];
    int n = snprintf(prefix, sizeof prefix, "%.3900s%s/", actor_data_dir(actor), COPIES);
    if (strncmp(path, prefix, (size_t)n) == 0) {
        unlink(path); // the store's own files are elsewhere and stay
    }
}

void actor_store(actor_t *actor, const char *path, actor_stored_fn *on_stored, void *context)
{
    transfer_t *transfer = transfer_new(actor, context);
    snprintf(transfer->source, sizeof transfer->source, "%s", path);
    transfer->on_stored = on_stored;
    actor_offload(actor, work, done, transfer);
}
