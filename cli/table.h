// SPDX-License-Identifier: MPL-2.0
// A file named on the command line, as a table; for commands that need no platform.
#pragma once

#include <jansson.h>

#include "cli/args.h"
#include "data/engine/wanted.h"
#include "data/frame/frame.h"

// Reads a JSON document from a file, or from standard input for "-". Errors: INVALID.
err_t table_read_json(const char *path, json_t **ret_json, fault_t *fault);

// What the command line says of the file: "Import options", which the caller owns. Errors: INVALID.
err_t table_options(const args_t *args, json_t **ret_options, fault_t *fault);

// What --threads says; 0: as many as there are processors.
size_t table_threads(const args_t *args);

typedef struct {
    const json_t *columns;  // that are declared ("Import options"); NULL: as the file is
    const wanted_t *wanted; // which columns are looked at; NULL: all
} table_wish_t;

// Imports a file as the options say, into a frame that is gone when it is closed. The caller
// destroys *ret_frame. Errors: those of import_run.
err_t table_open(const args_t *args, const char *path, const table_wish_t *wish,
                 frame_t **ret_frame, fault_t *fault);
