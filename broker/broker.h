// SPDX-License-Identifier: MPL-2.0
// The broker: the core, its sockets and its log, run in the caller's thread until it is told to
// stop.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/disk.h"
#include "base/fault.h"
#include "broker/core.h"

typedef struct {
    const char *data_dir; // log/ and run/ are made in it; where the sockets are: proto/endpoint.h
    int stop_file; // readable when the broker is to stop (a signalfd, an eventfd, a pipe); it is
                   // not read. -1: never
    void (*on_ready)(void *context); // called once, when clients can connect; may be NULL
    void *context;
    disk_t *disk;        // NULL: the real one
    core_options_t core; // `incarnation` is made by the broker; 0 means the default
} broker_options_t;

// Recovers the log, serves until it is to stop, then writes what was accepted, says goodbye and
// returns ERR_OK. Logs what happens. ERR_INVALID: the directory's path is too long; ERR_CONFLICT:
// another broker has it; ERR_CORRUPT: the log is damaged; ERR_FULL; ERR_IO: also when the disk
// fails later, after which nothing is acknowledged any more.
err_t broker_run(const broker_options_t *options, fault_t *fault);
