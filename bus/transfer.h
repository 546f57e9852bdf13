// SPDX-License-Identifier: MPL-2.0
// Files in and out of the platform by service `blob`. On the host that has the store, and when it
// is allowed, the content is copied or read in place instead of being sent through the broker.
#pragma once

#include "bus/bus.h"

enum { TRANSFER_BLOB_SIZE = 65 };

// Stores a local file; `*ret_blob` is its SHA-256 in hex. Waits as long as the transfer takes.
err_t transfer_put(bus_t *bus, const char *path, bool shortcut, char ret_blob[TRANSFER_BLOB_SIZE],
                   int64_t *ret_bytes, fault_t *fault);

// Makes a blob readable as a local file: the store's own when the short cut can be taken, otherwise
// a copy at `copy`, which is overwritten. `ret_path` has LIMIT_PATH_BYTES.
err_t transfer_get(bus_t *bus, const char *blob, bool shortcut, const char *copy, char *ret_path,
                   fault_t *fault);
