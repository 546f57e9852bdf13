// SPDX-License-Identifier: MPL-2.0
#include "broker/watch.h"

#include <stdlib.h>
#include <zmq.h>

#include "base/mem.h"

static const char ENDPOINT[] = "inproc://watch";

struct watch {
    void *router;
    void *socket;
};

err_t watch_new(void *context, void *router, watch_t **ret, fault_t *fault)
{
    watch_t *watch = mem_new(sizeof *watch);
    watch->router = router;
    watch->socket = zmq_socket(context, ZMQ_PAIR);
    if (!watch->socket || zmq_socket_monitor(router, ENDPOINT, ZMQ_EVENT_DISCONNECTED) < 0 ||
        zmq_connect(watch->socket, ENDPOINT) < 0) {
        err_t err =
            fault_set(fault, ERR_IO, NULL, "zmq_socket_monitor: %s", zmq_strerror(zmq_errno()));
        watch_destroy(&watch);
        return err;
    }
    *ret = watch;
    return ERR_OK;
}

void watch_destroy(watch_t **watch)
{
    watch_t *old = *watch;
    if (!old) {
        return;
    }
    zmq_socket_monitor(old->router, NULL, 0);
    if (old->socket) {
        zmq_close(old->socket);
    }
    free(old);
    *watch = NULL;
}

void *watch_socket(const watch_t *watch)
{
    return watch->socket;
}

// An event is two frames; only disconnections are asked for, so that what they say is known.
bool watch_process(watch_t *watch)
{
    bool any = false;
    zmq_msg_t part;
    zmq_msg_init(&part);
    while (zmq_msg_recv(&part, watch->socket, ZMQ_DONTWAIT) >= 0) {
        any = true;
    }
    zmq_msg_close(&part);
    return any;
}
