// SPDX-License-Identifier: MPL-2.0
#include "proto/endpoint.h"

#include <stdio.h>
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
