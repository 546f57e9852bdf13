// SPDX-License-Identifier: MPL-2.0
// A command's connection to a running platform.
#pragma once

#include <stdbool.h>

#include "bus/bus.h"
#include "cli/args.h"
#include "cli/datadir.h"
#include "proto/endpoint.h"
#include "proto/method.h"

typedef struct {
    char dir[DATADIR_SIZE];
    char endpoint[ENDPOINT_SIZE];
    const char *keys; // the key file, when the platform is on another host; NULL otherwise
    bus_t *bus;
    char *token; // of the last login; "" before
    bool json;   // print answers as JSON
} platform_t;

// Connects to the platform of --keys (or $AUTODP_KEYS), or of --data. ERR_UNAVAILABLE when none
// runs there.
err_t platform_open(const args_t *args, platform_t *ret_platform, fault_t *fault);
void platform_close(platform_t *platform);

// Calls a method and reads its answer into `ret` (of its answer kind), which the caller releases.
err_t platform_ask(platform_t *platform, method_t method, const void *message, void *ret,
                   fault_t *fault);

// Keeps the token for the next commands, in $XDG_CONFIG_HOME/autodp/token or
// ~/.config/autodp/token, readable by its owner only.
err_t platform_keep_token(platform_t *platform, const char *token, fault_t *fault);

// Reads a JSON file of at most LIMIT_DOCUMENT_BYTES ("-": standard input). A new reference.
err_t platform_read_json(const char *path, json_t **ret_json, fault_t *fault);

// Prints a document as JSON.
void platform_print_json(const json_t *json);
