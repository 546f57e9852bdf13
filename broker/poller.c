// SPDX-License-Identifier: MPL-2.0
#include "broker/poller.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <zmq.h>

#include "base/clock.h"

enum { LOOK_LEAST_US = 10 };

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

int64_t poller_next_look(int64_t look_us, int64_t waited_us, int64_t most_us)
{
    if (waited_us > most_us) {
        return 0;
    }
    if (waited_us <= look_us) {
        return look_us;
    }
    int64_t more_us = look_us > 0 ? look_us * 2 : LOOK_LEAST_US;
    return more_us < most_us ? more_us : most_us;
}

// As poll, which it calls with its arguments: looks first, then sleeps.
static int look_and_wait(poller_t *poller, struct pollfd *fds, int timeout_ms)
{
    if (timeout_ms == 0 || poller->look_most_us == 0) {
        return poll(fds, poller->count, timeout_ms);
    }
    int64_t begun_us = clock_mono_us();
    int count = 0;
    while (count == 0 && clock_mono_us() - begun_us < poller->look_us) {
        sched_yield(); // whoever has work on this processor goes first
        count = poll(fds, poller->count, 0);
    }
    count = count == 0 ? poll(fds, poller->count, timeout_ms) : count;
    poller->look_us =
        poller_next_look(poller->look_us, clock_mono_us() - begun_us, poller->look_most_us);
    return count;
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
    if (look_and_wait(poller, fds, (int)timeout_ms) < 0) {
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
