// SPDX-License-Identifier: MPL-2.0
#include "cli/datadir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const FOLDERS[] = {"", "/run", "/log", "/blobs", "/outbox", "/keys"};

err_t datadir_find(const args_t *args, char ret_path[DATADIR_SIZE], fault_t *fault)
{
    const char *given = args_value(args, "data", getenv("AUTODP_DATA"));
    char path[DATADIR_SIZE];
    int n;
    if (given && given[0] == '/') {
        n = snprintf(path, sizeof path, "%s", given);
    } else if (given) {
        char here[PATH_MAX];
        n = snprintf(path, sizeof path, "%s/%s", getcwd(here, sizeof here) ? here : "", given);
    } else {
        const char *home = getenv("HOME");
        n = snprintf(path, sizeof path, "%s/.local/share/autodp", home ? home : "");
    }
    if (n >= (int)sizeof path) {
        return fault_set(fault, ERR_INVALID, "use a shorter path",
                         "the data directory's path is too long");
    }
    memcpy(ret_path, path, sizeof path);
    return ERR_OK;
}

err_t datadir_make(const char *path, fault_t *fault)
{
    char part[DATADIR_SIZE];
    snprintf(part, sizeof part, "%s", path);
    for (char *at = part + 1; *at; at++) {
        if (*at == '/') {
            *at = '\0';
            mkdir(part, 0755);
            *at = '/';
        }
    }
    return mkdir(part, 0700) == 0 || errno == EEXIST ? ERR_OK : fault_errno(fault, ERR_IO, part);
}

static err_t check_version(const char *path, fault_t *fault)
{
    char file[DATADIR_SIZE + 16];
    snprintf(file, sizeof file, "%s/VERSION", path);
    char text[16] = "";
    int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    err_t err = ERR_OK;
    if (n < 0) {
        err = fault_errno(fault, ERR_IO, file);
    } else if (n == 0) {
        err = dprintf(fd, "%d\n", DATADIR_VERSION) > 0 && fsync(fd) == 0
                  ? ERR_OK
                  : fault_errno(fault, ERR_IO, file);
    } else if (strtol(text, NULL, 10) != DATADIR_VERSION) {
        text[strcspn(text, "\n")] = '\0';
        err = fault_set(
            fault, ERR_UNSUPPORTED, "use the release that made it, or another data directory",
            "'%s' has version '%s', this release knows %d", path, text, DATADIR_VERSION);
    }
    if (fd >= 0) {
        close(fd);
    }
    return err;
}

static err_t lock(const char *path, fault_t *fault)
{
    char file[DATADIR_SIZE + 16];
    snprintf(file, sizeof file, "%s/lock", path);
    int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return fault_errno(fault, ERR_IO, file);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return fault_set(fault, ERR_CONFLICT,
                         "stop the other one, or use --data with another directory",
                         "another AutoDP runs in '%s'", path);
    }
    return ERR_OK; // the descriptor stays open: the lock ends with the process
}

err_t datadir_own(const char *path, fault_t *fault)
{
    err_t err = datadir_make(path, fault);
    for (size_t i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0] && err == ERR_OK; i++) {
        char folder[DATADIR_SIZE + 16];
        snprintf(folder, sizeof folder, "%s%s", path, FOLDERS[i]);
        err = mkdir(folder, 0700) == 0 || errno == EEXIST ? ERR_OK
                                                          : fault_errno(fault, ERR_IO, folder);
    }
    err = err ? err : lock(path, fault);
    return err ? err : check_version(path, fault);
}

const char *datadir_config(const args_t *args, const char *path, char *text)
{
    const char *given = args_value(args, "config", NULL);
    if (given) {
        return given;
    }
    int n = snprintf(text, DATADIR_SIZE, "%s/autodp.cfg", path);
    return n < DATADIR_SIZE && access(text, R_OK) == 0 ? text : NULL;
}
