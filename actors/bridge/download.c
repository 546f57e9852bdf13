// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/download.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/bridge/reply.h"
#include "base/mem.h"
#include "base/text.h"

enum { ETAG_SIZE = LIMIT_ID_BYTES + 3 };

static void etag_of(const exchange_t *exchange, char etag[ETAG_SIZE])
{
    snprintf(etag, ETAG_SIZE, "\"%s\"", exchange->blob);
}

// The report of a profile, the card of a model; a file that a person uploaded under such a name is
// not one.
static bool is_page(const exchange_t *exchange)
{
    return exchange->route->door == DOOR_JOB_FILE &&
           (strcmp(exchange->name, "report.html") == 0 || strcmp(exchange->name, "card.html") == 0);
}

// Takes over the descriptor.
static void send_file(exchange_t *exchange, int fd, int64_t size)
{
    char etag[ETAG_SIZE];
    etag_of(exchange, etag);
    const char *range = exchange->head ? NULL : exchange->range; // RFC 9110, section 14.2
    reply_file_t file = {.name = exchange->name,
                         .etag = etag,
                         .part = range_of(range, exchange->if_range, etag, size),
                         .size = size,
                         .page = is_page(exchange)};
    if (file.part.kind == RANGE_OUTSIDE) {
        close(fd);
        door_answer(exchange, MHD_HTTP_RANGE_NOT_SATISFIABLE, reply_outside(size));
        return;
    }
    int status = file.part.kind == RANGE_PART ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK;
    door_answer(exchange, status, reply_file(fd, &file));
}

static void fetched(actor_t *actor, void *context, const fault_t *fault, const char *path)
{
    exchange_t *exchange = context;
    if (fault) {
        door_refuse(exchange, fault);
        return;
    }
    fault_t unreadable;
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0) {
        fault_errno(&unreadable, ERR_IO, path);
        if (fd >= 0) {
            close(fd);
        }
        fd = -1;
    }
    actor_release_path(actor, path); // the descriptor keeps the content
    if (fd < 0) {
        door_refuse(exchange, &unreadable);
        return;
    }
    send_file(exchange, fd, info.st_size);
}

static void fetch(actor_t *actor, exchange_t *exchange, const char *blob, const char *name)
{
    fault_t fault;
    if (!blob || !name) {
        fault_set(&fault, ERR_NOT_FOUND, "check the address", "there is no such file");
        door_refuse(exchange, &fault);
        return;
    }
    text_copy(exchange->blob, sizeof exchange->blob, blob);
    char *copy = mem_strdup(name);
    free(exchange->name);
    exchange->name = copy;
    char etag[ETAG_SIZE];
    etag_of(exchange, etag);
    if (range_none_match(exchange->if_none_match, etag)) {
        door_answer(exchange, MHD_HTTP_NOT_MODIFIED, reply_not_modified(etag));
        return;
    }
    actor_fetch(actor, exchange->blob, fetched, exchange);
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void dataset_known(actor_t *actor, void *context, const fault_t *fault, void *message,
                          bytes_t payload)
{
    (void)payload;
    if (fault) {
        door_refuse(context, fault);
        return;
    }
    const msg_dataset_t *answer = message;
    fetch(actor, context, text_at(answer->dataset, "blob"), text_at(answer->dataset, "name"));
}

static void job_known(actor_t *actor, void *context, const fault_t *fault, void *message,
                      bytes_t payload)
{
    (void)payload;
    exchange_t *exchange = context;
    if (fault) {
        door_refuse(exchange, fault);
        return;
    }
    const msg_job_t *answer = message;
    const char *blob = NULL;
    size_t i;
    json_t *file;
    json_array_foreach(json_object_get(answer->job, "files"), i, file)
    {
        const char *name = text_at(file, "name");
        if (name && strcmp(name, exchange->name) == 0) {
            blob = text_at(file, "blob");
        }
    }
    fetch(actor, exchange, blob, exchange->name);
}

static void ask(actor_t *actor, exchange_t *exchange, actor_answer_fn *on_answer)
{
    msg_by_id_t request = {.token = exchange->token, .id = exchange->id};
    actor_call(actor, exchange->route->method, &request, (bytes_t){0}, 0, on_answer, exchange);
}

static void dataset_arrive(actor_t *actor, exchange_t *exchange)
{
    ask(actor, exchange, dataset_known);
}

static void job_arrive(actor_t *actor, exchange_t *exchange)
{
    ask(actor, exchange, job_known);
}

const door_ops_t dataset_file_door = {.arrive = dataset_arrive};
const door_ops_t job_file_door = {.arrive = job_arrive};
