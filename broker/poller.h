// SPDX-License-Identifier: MPL-2.0
// Waiting for several ZeroMQ sockets. zmq_poll asks each socket twice a turn, with a system call
// each; here only those are asked that may have changed since.
//
// Before it sleeps it looks around for a while, if what it waited for came soon lately: to wake a
// thread, and the processor that went to sleep with it, takes longer than most answers. The while
// grows and ends as that of KVM's halt polling (Linux, virt/kvm/halt-polling.rst).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { POLLER_MAX = 8 };

typedef struct {
    void *socket; // NULL: a plain descriptor
    int fd;
    bool touched; // it was used since it was asked: its descriptor may have missed something
    bool ready;   // it may have input
} poller_item_t;

typedef struct {
    poller_item_t items[POLLER_MAX];
    size_t count;
    int64_t look_most_us; // before it sleeps; 0: it sleeps at once
    int64_t look_us;      // the next time
} poller_t;

// Adds a socket, or a plain descriptor (socket NULL); its index is the number of those before it.
void poller_add(poller_t *poller, void *socket, int fd);

// To be said of a socket that was sent to, or not read until it was empty.
void poller_touch(poller_t *poller, size_t index);

// Waits until one of them may have input, at most so long (-1: no limit). False with errno when the
// system refuses; an interruption is no failure.
bool poller_wait(poller_t *poller, long timeout_ms);

// How long to look around the next time, after a look of `look_us` and a wait of `waited_us` in
// all.
int64_t poller_next_look(int64_t look_us, int64_t waited_us, int64_t most_us);

// Whether it may have input; its reader must be ready to find none.
bool poller_ready(const poller_t *poller, size_t index);
