// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>

#include "actors/gateway/state.h"
#include "base/mem.h"

enum {
    EARLY_MS = 1500
}; // answered this much before the deadline, so that the answer is still in time

void watch_release(gateway_t *gateway)
{
    for (size_t i = 0; i < gateway->watcher_count; i++) {
        free(gateway->watchers[i].user);
    }
    free(gateway->watchers);
    gateway->watchers = NULL;
    gateway->watcher_count = 0;
}

static void drop(gateway_t *gateway, size_t i)
{
    free(gateway->watchers[i].user);
    gateway->watchers[i] = gateway->watchers[--gateway->watcher_count];
}

// Answers with what changed; false when nothing did and `empty` is not wanted.
static bool try_answer(actor_t *actor, const watcher_t *watcher, bool empty)
{
    const gateway_t *gateway = actor_state(actor);
    fault_t fault;
    json_t *jobs = NULL;
    int64_t last = 0;
    err_t err = job_changes(gateway->catalog, watcher->user, watcher->since, &jobs, &last, &fault);
    bool answer = err != ERR_OK || empty || json_array_size(jobs) > 0;
    if (answer) {
        door_reply(actor, &watcher->request, err, &fault,
                   &(msg_job_changes_t){.jobs = jobs, .since = last});
    }
    json_decref(jobs);
    return answer;
}

void watch_on_job(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    gateway_t *gateway = actor_state(actor);
    const msg_job_watch_t *watch = message;
    json_t *user = door_user(actor, request, watch->token);
    if (!user) {
        return;
    }
    watcher_t watcher = {
        .request = *request, .user = mem_strdup(door_user_id(user)), .since = watch->since};
    json_decref(user);
    fault_t fault;
    if (gateway->watcher_count == WATCHERS_MAX) {
        fault_set(&fault, ERR_BUSY, "ask for the job itself now and then",
                  "too many watch for changes");
        actor_refuse(actor, request, &fault);
        free(watcher.user);
        return;
    }
    if (try_answer(actor, &watcher, watch->since < 0)) {
        free(watcher.user);
        return;
    }
    gateway->watchers = mem_resize(gateway->watchers, gateway->watcher_count + 1, sizeof watcher);
    gateway->watchers[gateway->watcher_count++] = watcher;
}

void watch_wake(actor_t *actor)
{
    gateway_t *gateway = actor_state(actor);
    for (size_t i = gateway->watcher_count; i-- > 0;) {
        if (try_answer(actor, &gateway->watchers[i], false)) {
            drop(gateway, i);
        }
    }
}

// Answers those whose deadline comes before `until_ms`, with whatever there is.
static void answer_due(actor_t *actor, int64_t until_ms)
{
    gateway_t *gateway = actor_state(actor);
    for (size_t i = gateway->watcher_count; i-- > 0;) {
        if (gateway->watchers[i].request.deadline_ms < until_ms) {
            try_answer(actor, &gateway->watchers[i], true);
            drop(gateway, i);
        }
    }
}

void watch_tick(actor_t *actor)
{
    answer_due(actor, actor_now_ms(actor) + EARLY_MS);
}

void watch_stop(actor_t *actor)
{
    answer_due(actor, INT64_MAX);
}
