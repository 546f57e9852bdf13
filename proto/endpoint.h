// SPDX-License-Identifier: MPL-2.0
// Where the broker of a data directory is reached.
#pragma once

#include <stddef.h>

#include "base/fault.h"

typedef enum {
    ENDPOINT_BROKER,        // ROUTER: calls, services, topics
    ENDPOINT_HEARTBEAT_IN,  // XSUB: actors publish their heartbeats to it
    ENDPOINT_HEARTBEAT_OUT, // XPUB: heartbeats are heard from it
} endpoint_t;

enum {
    ENDPOINT_SIZE = 128
}; // "ipc://", the longest socket path of the kernel (107) and a terminator fit

// Writes the endpoint ("ipc:///var/lib/autodp/run/broker.sock"). ERR_INVALID when the path is
// longer than a Unix socket's may be (unix(7), sun_path).
err_t endpoint_path(char text[ENDPOINT_SIZE], const char *data_dir, endpoint_t endpoint,
                    fault_t *fault);

// Writes the folder that holds the sockets; the same error.
err_t endpoint_folder(char text[ENDPOINT_SIZE], const char *data_dir, fault_t *fault);

// Writes the same endpoint of a broker on another host, whose ROUTER is at `broker`
// ("tcp://ml.example.org:5670"): heartbeats go in one port above and come out two above.
// ERR_INVALID: not tcp://HOST:PORT, or too long.
err_t endpoint_remote(char text[ENDPOINT_SIZE], const char *broker, endpoint_t endpoint,
                      fault_t *fault);
