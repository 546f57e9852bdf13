// SPDX-License-Identifier: MPL-2.0
// The data directory: where it is, what version it has, who owns it now.
#pragma once

#include "base/fault.h"
#include "cli/args.h"

enum { DATADIR_SIZE = 4096, DATADIR_VERSION = 1 };

// The absolute path of --data, $AUTODP_DATA, or ~/.local/share/autodp; it need not exist.
err_t datadir_find(const args_t *args, char ret_path[DATADIR_SIZE], fault_t *fault);

// Makes the directory and its folders, checks VERSION (an unknown one is refused), and locks it for
// this process and its life.
err_t datadir_own(const char *path, fault_t *fault);

// Makes the directory alone, with those above it, for an actor on another host.
err_t datadir_make(const char *path, fault_t *fault);

// The configuration file: --config, else DATA/autodp.cfg when it is there; NULL for none. `text`
// has DATADIR_SIZE bytes.
const char *datadir_config(const args_t *args, const char *path, char *text);
