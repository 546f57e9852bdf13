// SPDX-License-Identifier: MPL-2.0
// The broker: the core, its sockets and its log, run in the caller's thread until it is told to
// stop.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/disk.h"
#include "base/fault.h"
#include "broker/core/core.h"

typedef struct {
    const char *data_dir; // log/ and run/ are made in it; where the sockets are: proto/endpoint.h
    const char *listen;   // "tcp://HOST:PORT" for clients of other hosts; NULL or "": none
    int ready_fd;         // gets one byte when clients can connect; -1: none
    disk_t *disk;         // NULL: the real one
    int64_t look_us;      // for news before it sleeps (broker/poller.h), at most; 0: none
    int64_t scrub_hours;  // between two verifications of the whole log; 0: 24
    core_options_t core;  // `incarnation` is made by the broker; 0 means the default
} broker_options_t;

// Recovers the log, serves until SIGTERM or SIGINT, then writes what was accepted, says goodbye and
// returns ERR_OK. Logs what happens. ERR_INVALID: the directory's path is too long; ERR_CONFLICT:
// another broker has it; ERR_CORRUPT: the log is damaged; ERR_FULL; ERR_IO: also when the disk
// fails later, after which nothing is acknowledged any more.
err_t broker_run(const broker_options_t *options, fault_t *fault);

// The same until `stop_fd` is readable, for a thread of a larger program. It is not read.
err_t broker_run_until(const broker_options_t *options, int stop_fd, fault_t *fault);
