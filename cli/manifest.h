// SPDX-License-Identifier: MPL-2.0
// The files of a backup: each with its size and SHA-256, in BACKUP/MANIFEST, which is written last.
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/fault.h"

enum { MANIFEST_PATH_SIZE = 4352, MANIFEST_VERSION = 1 };

// Makes the folders above a file.
err_t manifest_make_folders(const char *path, fault_t *fault);

// Copies a file to a new one and waits until it is on disk; with `link`, a hard link does where one
// is possible (only for files that never change).
err_t manifest_copy(const char *from, const char *to, bool link, fault_t *fault);

// Adds a file of the backup that is there to the list, reading it for its checksum.
err_t manifest_add(json_t *files, const char *backup, const char *name, fault_t *fault);

// Writes the list; the backup is complete then.
err_t manifest_write(json_t *files, const char *backup, fault_t *fault);

// Reads the list, a new reference, and checks each file. ERR_NOT_FOUND: no complete backup;
// ERR_CORRUPT names the file that is not what it was.
err_t manifest_verify(const char *backup, json_t **ret_files, fault_t *fault);
