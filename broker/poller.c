// SPDX-License-Identifier: MPL-2.0
#include "broker/poller.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <zmq.h>

void poller_add(poller_t *poller, void *socket, int fd)
{
    assert(poller->count < POLLER_MAX);
    poller_item_t item = {.socket = socket, .fd = fd, .touched = true};
    size_t size = sizeof item.fd;
    if (socket) {
        zmq_getsockopt(socket, ZMQ_FD, &item.fd, &size);
    }
    poller->items[poller->count++] = item;
}

void poller_touch(poller_t *poller, size_t index)
{
    poller->items[index].touched = true;
}

// A socket's descriptor tells of news only; what was there before is asked for.
static bool has_input(poller_item_t *item)
{
    int events = 0;
    size_t size = sizeof events;
    item->touched = false;
    return zmq_getsockopt(item->socket, ZMQ_EVENTS, &events, &size) == 0 && (events & ZMQ_POLLIN);
}

bool poller_wait(poller_t *poller, long timeout_ms)
{
    struct pollfd fds[POLLER_MAX];
    for (size_t i = 0; i < poller->count; i++) {
        poller_item_t *item = &poller->items[i];
        item->ready = item->socket && item->touched && has_input(item);
        timeout_ms = item->ready ? 0 : timeout_ms;
        fds[i] = (struct pollfd){.fd = item->fd, .events = POLLIN};
    }
    if (poll(fds, poller->count, (int)timeout_ms) < 0) {
        return errno == EINTR;
    }
    for (size_t i = 0; i < poller->count; i++) {
        poller_item_t *item = &poller->items[i];
        item->ready = item->ready || fds[i].revents != 0;
        item->touched = item->touched || item->ready;
    }
    return true;
}

bool poller_ready(const poller_t *poller, size_t index)
{
    return poller->items[index].ready;
}
