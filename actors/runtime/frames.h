// SPDX-License-Identifier: MPL-2.0
// Where the tables in columns lie that were made once and are read by whoever works on the same
// host: DATA/run/frames. The preprocessing actor makes them and drops them at any moment; who wants
// to keep one makes a hard link of it.
#pragma once

#include <jansson.h>
#include <stdbool.h>

// The folder, for the caller to free().
char *frames_folder(const char *data_dir);

// Makes a hard link of a table, which may be gone or on another disk; whether there is one now.
bool frames_lend(const char *path, const char *own);

// The file of a blob's table as these import options read it; NULL and {} are the same. For the
// caller to free(). It may not be there.
char *frames_path(const char *data_dir, const char *blob, const json_t *options);
