// SPDX-License-Identifier: MPL-2.0
// A directory for one test, gone after it.
#pragma once

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline int temp_remove_entry(const char *path, const struct stat *st, int flag,
                                    struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

// Makes a new directory; the caller frees the path by temp_remove.
static inline char *temp_new(void)
{
    char path[] = "/tmp/autodp-test.XXXXXX";
    char *made = mkdtemp(path);
    return made ? strdup(made) : NULL;
}

static inline void temp_remove(char *path)
{
    nftw(path, temp_remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    free(path);
}
