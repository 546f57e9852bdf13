// SPDX-License-Identifier: MPL-2.0
// The listening socket, and the file that tells where it is.
#pragma once

#include <stdint.h>

#include "base/fault.h"

enum { LISTENER_URL_MAX = 96 };

// Listens on a host (a name or an address) and port (0: a free one). `ret_url` is where a client on
// this host finds it: an address that stands for all of them becomes the loopback one. The caller
// closes `*ret_fd`.
err_t listener_open(const char *host, int64_t port, int *ret_fd, char ret_url[LISTENER_URL_MAX],
                    fault_t *fault);

// Writes the URL and a line end to a file, whole or not at all; makes the folder it is in.
err_t listener_announce(const char *folder, const char *file, const char *url, fault_t *fault);
