// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "actors/runtime/runtime.h"

// Resident memory, from /proc/self/statm; 0 when it cannot be read.
static int64_t memory_bytes(void)
{
    long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file) {
        if (fscanf(file, "%*s %lld", &pages) != 1) { // NOLINT(cert-err34-c): the kernel wrote it
            pages = 0;
        }
        fclose(file);
    }
    return pages * sysconf(_SC_PAGESIZE);
}

// Who listens hears first what was said before it came, its own earlier life included: its first
// word would take that one's place.
static bool may_speak(const actor_t *actor)
{
    bool listened = actor->heard_ms > 0 && actor->now_ms - actor->heard_ms >= LISTEN_MS;
    return !actor->spec->heartbeat || listened || actor->now_ms - actor->begun_ms >= SILENT_MS;
}

void heartbeat_send(actor_t *actor, const char *state)
{
    if (!may_speak(actor) && strcmp(state, "goodbye") != 0) {
        return;
    }
    msg_heartbeat_t heartbeat = {
        .name = actor->spec->name,
        .instance = actor->instance,
        .incarnation = actor->incarnation,
        .sequence = ++actor->sequence,
        .state = state,
        .pid = getpid(),
        .started_ms = actor->started_ms,
        .memory_bytes = memory_bytes(),
        .handled = actor->handled,
    };
    bus_heartbeat(actor->bus, &heartbeat);
}
