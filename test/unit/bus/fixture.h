// SPDX-License-Identifier: MPL-2.0
// A real broker in a thread, its data in a temporary directory, and clients on its sockets.
#pragma once

#include <pthread.h>

#include "broker/broker.h"
#include "bus/bus.h"

enum { FIXTURE_WAIT_MS = 20000 }; // far more than anything takes; what takes as long has failed

typedef struct {
    char dir[64];
    core_options_t core; // set before fixture_start, as is the disk
    disk_t *disk;
    pthread_t thread;
    int stop[2];
    int ready[2];
    bool running;
    err_t result;
    fault_t fault;
} fixture_t;

// Makes the directory.
void fixture_new(fixture_t *fixture);

// Starts the broker and waits until it is ready; fails the test when it does not start.
void fixture_start(fixture_t *fixture);

// Stops the broker in good order and waits for its end.
void fixture_stop(fixture_t *fixture);

// Waits until the broker has ended by itself.
void fixture_join(fixture_t *fixture);

// Stops the broker if it runs, and removes the directory.
void fixture_release(fixture_t *fixture);

// A client of the fixture's broker.
bus_t *fixture_bus(const fixture_t *fixture, const char *name, const char *instance);

// Runs the client until `*done`; fails the test when that takes too long.
void fixture_run(bus_t *bus, const bool *done);

// Runs two clients in turns until `*done`.
void fixture_run_two(bus_t *one, bus_t *other, const bool *done);
