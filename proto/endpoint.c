// SPDX-License-Identifier: MPL-2.0
#include "proto/endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

static const char *const NAMES[] = {
    [ENDPOINT_BROKER] = "broker.sock",
    [ENDPOINT_HEARTBEAT_IN] = "heartbeat-in.sock",
    [ENDPOINT_HEARTBEAT_OUT] = "heartbeat-out.sock",
};

static err_t check_length(int path_length, const char *data_dir, fault_t *fault)
{
    const int most = (int)sizeof((struct sockaddr_un *)0)->sun_path - 1;
    if (path_length <= most) {
        return ERR_OK;
    }
    return fault_set(
        fault, ERR_INVALID, "use a data directory with a shorter path",
        "data directory '%.200s': its sockets' paths have %d bytes, the system allows %d", data_dir,
        path_length, most);
}

err_t endpoint_path(char text[ENDPOINT_SIZE], const char *data_dir, endpoint_t endpoint,
                    fault_t *fault)
{
    static const char scheme[] = "ipc://";
    int length = snprintf(NULL, 0, "%s/run/%s", data_dir, NAMES[endpoint]);
    err_t err = check_length(length, data_dir, fault);
    if (err == ERR_OK) {
        snprintf(text, ENDPOINT_SIZE, "%s%s/run/%s", scheme, data_dir, NAMES[endpoint]);
    }
    return err;
}

err_t endpoint_folder(char text[ENDPOINT_SIZE], const char *data_dir, fault_t *fault)
{
    // As long as the longest of the names leaves room for.
    int length = snprintf(NULL, 0, "%s/run/%s", data_dir, NAMES[ENDPOINT_HEARTBEAT_OUT]);
    err_t err = check_length(length, data_dir, fault);
    if (err == ERR_OK) {
        snprintf(text, ENDPOINT_SIZE, "%s/run", data_dir);
    }
    return err;
}

err_t endpoint_remote(char text[ENDPOINT_SIZE], const char *broker, endpoint_t endpoint,
                      fault_t *fault)
{
    enum { SCHEME = 6, PORT_MAX = 65535 };
    size_t size = strlen(broker);
    const char *colon = strrchr(broker, ':');
    char *end = NULL;
    long port = colon ? strtol(colon + 1, &end, 10) : 0;
    bool good = strncmp(broker, "tcp://", SCHEME) == 0 && colon > broker + SCHEME &&
                size < ENDPOINT_SIZE - SCHEME && strspn(colon + 1, "0123456789") > 0 &&
                *end == '\0' && port > 0 && port + ENDPOINT_HEARTBEAT_OUT <= PORT_MAX &&
                broker[strcspn(broker, " ;,")] == '\0';
    if (!good) {
        return fault_set(fault, ERR_INVALID, "use tcp://HOST:PORT, with two free ports above it",
                         "'%.150s' is no endpoint for other hosts", broker);
    }
    snprintf(text, ENDPOINT_SIZE, "%.*s:%ld", (int)(colon - broker), broker, port + (long)endpoint);
    return ERR_OK;
}
