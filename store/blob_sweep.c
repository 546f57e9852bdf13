// SPDX-License-Identifier: MPL-2.0
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/blob.h"

typedef struct {
    int64_t before_ms; // files changed earlier are old
    blob_in_use_fn *in_use;
    void *context;
    int64_t removed;
} sweep_t;

static bool is_old(const sweep_t *sweep, const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
           (int64_t)st.st_ctim.tv_sec * 1000 < sweep->before_ms;
}

static void sweep_folder(sweep_t *sweep, const char *dir, const char *folder, bool uploads)
{
    char path[BLOB_PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", dir, folder);
    DIR *listing = opendir(path);
    struct dirent *entry;
    while (listing && (entry = readdir(listing)) != NULL) {
        int n = snprintf(path, sizeof path, "%s/%s/%s", dir, folder, entry->d_name);
        bool fits = n > 0 && n < (int)sizeof path;
        if (fits && is_old(sweep, path) &&
            (uploads || !sweep->in_use(sweep->context, entry->d_name)) && unlink(path) == 0) {
            sweep->removed++;
        }
    }
    if (listing) {
        closedir(listing);
    }
}

int64_t blob_sweep(const char *dir, int64_t age_ms, blob_in_use_fn *in_use, void *context)
{
    sweep_t sweep = {.before_ms = clock_wall_ms() - age_ms, .in_use = in_use, .context = context};
    sweep_folder(&sweep, dir, "uploads", true);
    for (int i = 0; i < 256; i++) {
        char folder[3];
        snprintf(folder, sizeof folder, "%02x", i);
        sweep_folder(&sweep, dir, folder, false);
    }
    return sweep.removed;
}
