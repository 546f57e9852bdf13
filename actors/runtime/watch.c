// SPDX-License-Identifier: MPL-2.0
#include <assert.h>

#include "actors/runtime/runtime.h"

void actor_watch(actor_t *actor, int fd, actor_watch_fn *on_input, void *context)
{
    assert(actor->watch_count < WATCHES_MAX);
    actor->watches[actor->watch_count++] = (watch_t){fd, on_input, context};
}

void actor_unwatch(actor_t *actor, int fd)
{
    for (int i = 0; i < actor->watch_count; i++) {
        if (actor->watches[i].fd == fd) {
            actor->watches[i] = actor->watches[--actor->watch_count];
            return;
        }
    }
}

// A handler may add and remove watches, so each is looked up again by its descriptor.
void watch_run(actor_t *actor, const zmq_pollitem_t *items, int count)
{
    for (int i = 0; i < count; i++) {
        for (int k = 0; items[i].revents && k < actor->watch_count; k++) {
            if (actor->watches[k].fd == items[i].fd) {
                watch_t watch = actor->watches[k];
                watch.on_input(actor, watch.context);
                break;
            }
        }
    }
}
