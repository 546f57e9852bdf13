// SPDX-License-Identifier: MPL-2.0
// The built browser client, held in memory: its files by path, each with a type, an entity tag and
// the security headers of a page that loads nothing from elsewhere.
#pragma once

#include <microhttpd.h>

#include "base/fault.h"

typedef struct site site_t;

enum {
    SITE_FILES_MAX = 512,
    SITE_DEPTH_MAX = 8,
    SITE_BYTES_MAX = 64 << 20, // of all files
};

// Reads the files below a folder. A folder without index.html gives a site that says how to build
// the client. ERR_TOO_LARGE: over a limit; ERR_IO: a file cannot be read.
site_t *site_new(const char *folder, fault_t *fault);

void site_destroy(site_t **site);

// Answers GET and HEAD of a path; one without a file ending gets index.html. Any thread.
enum MHD_Result site_serve(const site_t *site, struct MHD_Connection *connection, const char *path,
                           const char *verb);
