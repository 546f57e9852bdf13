// SPDX-License-Identifier: MPL-2.0
// What the log commands share: the entries of a log that no broker has open, told to a person.
#pragma once

#include "broker/core/entry.h"
#include "broker/log/check.h"
#include "cli/args.h"
#include "cli/datadir.h"

// DATA/log and its lock; LOG_FOLDER_SIZE bytes of path. The file ends the lock when it is closed.
enum { LOG_FOLDER_SIZE = DATADIR_SIZE + 8 };
err_t log_own(const args_t *args, char folder[LOG_FOLDER_SIZE], int *ret_lock, fault_t *fault);

// Writes what an entry is about ("record 'jobs' offset 7"); `size` bytes of text. An entry that
// cannot be read gives an empty text.
void log_describe(const char *bytes, size_t kept, char *text, size_t size);

// Prints every entry. ERR_CORRUPT when there is damage, after what can be read was printed.
err_t log_dump(const args_t *args, fault_t *fault);
