// SPDX-License-Identifier: MPL-2.0
// A backup of a platform that runs, as of one moment. The databases' writers are held while the
// moment is taken, so that what a database knows of the log is in the log, and what the log is done
// with is in the databases; work that goes on meanwhile is done again after a restore.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "broker/log/snapshot.h"
#include "cli/command.h"
#include "cli/datadir.h"
#include "cli/manifest.h"
#include "store/sql_copy.h"

static const char *const DATABASES[] = {"catalog.db", "mail.db"};
enum { DATABASE_COUNT = sizeof DATABASES / sizeof DATABASES[0] };

typedef struct {
    char data[DATADIR_SIZE];
    const char *target;
    json_t *files;
    sql_copy_t *copies[DATABASE_COUNT]; // NULL: there is no such database
    snapshot_t log;
    bool has_log;
} backup_t;

static void path_in(char path[MANIFEST_PATH_SIZE], const char *folder, const char *name)
{
    snprintf(path, MANIFEST_PATH_SIZE, "%s/%s", folder, name);
}

// The one moment.
static err_t take_moment(backup_t *backup, fault_t *fault)
{
    err_t err = ERR_OK;
    char path[MANIFEST_PATH_SIZE];
    for (size_t i = 0; err == ERR_OK && i < DATABASE_COUNT; i++) {
        path_in(path, backup->data, DATABASES[i]);
        if (access(path, F_OK) == 0) {
            err = sql_copy_hold(path, &backup->copies[i], fault);
        }
    }
    if (err == ERR_OK) {
        path_in(path, backup->data, "log");
        err = snapshot_take(disk_real(), path, &backup->log, fault);
        backup->has_log = err == ERR_OK;
        err = err == ERR_NOT_FOUND ? ERR_OK : err; // a platform that was never started
    }
    for (size_t i = 0; err == ERR_OK && i < DATABASE_COUNT; i++) {
        if (backup->copies[i]) {
            err = sql_copy_pin(backup->copies[i], fault);
        }
    }
    return err;
}

static err_t copy_databases(backup_t *backup, fault_t *fault)
{
    err_t err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < DATABASE_COUNT; i++) {
        if (backup->copies[i]) {
            char path[MANIFEST_PATH_SIZE];
            path_in(path, backup->target, DATABASES[i]);
            err = sql_copy_write(backup->copies[i], path, fault);
            err = err ? err : manifest_add(backup->files, backup->target, DATABASES[i], fault);
        }
    }
    return err;
}

// `gone_is_good`: a file that went away meanwhile is not missed.
static err_t copy_file(const backup_t *backup, const char *name, bool link, bool gone_is_good,
                       fault_t *fault)
{
    char from[MANIFEST_PATH_SIZE];
    char to[MANIFEST_PATH_SIZE];
    path_in(from, backup->data, name);
    path_in(to, backup->target, name);
    err_t err = manifest_copy(from, to, link, fault);
    if (err == ERR_NOT_FOUND && gone_is_good) {
        return ERR_OK;
    }
    return err ? err : manifest_add(backup->files, backup->target, name, fault);
}

static err_t copy_log(const backup_t *backup, fault_t *fault)
{
    if (!backup->has_log) {
        return ERR_OK;
    }
    char name[64];
    char path[MANIFEST_PATH_SIZE];
    err_t err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i + 1 < backup->log.count; i++) {
        snprintf(name, sizeof name, "log/%010u.log", backup->log.numbers[i]);
        err = copy_file(backup, name, true, false, fault);
        snprintf(name, sizeof name, "log/%010u.idx", backup->log.numbers[i]);
        err = err ? err : copy_file(backup, name, true, true, fault);
    }
    snprintf(name, sizeof name, "log/%010u.log", backup->log.last.number);
    path_in(path, backup->target, name);
    err = err ? err : manifest_make_folders(path, fault);
    err = err ? err : snapshot_write_last(&backup->log, disk_real(), path, fault);
    return err ? err : manifest_add(backup->files, backup->target, name, fault);
}

// All files below a folder, but for uploads in the making.
static err_t copy_folder(const backup_t *backup, const char *name, bool link, fault_t *fault)
{
    char path[MANIFEST_PATH_SIZE];
    path_in(path, backup->data, name);
    DIR *folder = opendir(path);
    if (!folder) {
        return errno == ENOENT ? ERR_OK : fault_errno(fault, ERR_IO, path);
    }
    err_t err = ERR_OK;
    const struct dirent *entry;
    while (err == ERR_OK && (entry = readdir(folder))) {
        char *below = text_format("%s/%s", name, entry->d_name);
        struct stat status;
        path_in(path, backup->data, below);
        bool skipped = entry->d_name[0] == '.' || strcmp(below, "blobs/uploads") == 0 ||
                       stat(path, &status) != 0;
        if (!skipped && S_ISDIR(status.st_mode)) {
            err = copy_folder(backup, below, link, fault);
        } else if (!skipped && S_ISREG(status.st_mode)) {
            err = copy_file(backup, below, link, true, fault);
        }
        free(below);
    }
    closedir(folder);
    return err;
}

static err_t copy_all(backup_t *backup, fault_t *fault)
{
    err_t err = copy_databases(backup, fault);
    err = err ? err : copy_log(backup, fault);
    err = err ? err : copy_folder(backup, "blobs", true, fault);
    err = err ? err : copy_folder(backup, "outbox", false, fault);
    err = err ? err : copy_folder(backup, "keys", false, fault);
    err = err ? err : copy_file(backup, "VERSION", false, false, fault);
    err = err ? err : copy_file(backup, "autodp.cfg", false, true, fault);
    return err ? err : manifest_write(backup->files, backup->target, fault);
}

static err_t make_target(const char *path, fault_t *fault)
{
    err_t err = manifest_make_folders(path, fault);
    if (err == ERR_OK && mkdir(path, 0700) != 0 &&
        (errno != EEXIST || rmdir(path) != 0 || mkdir(path, 0700) != 0)) {
        err = errno == EEXIST || errno == ENOTEMPTY
                  ? fault_set(fault, ERR_CONFLICT, "use a folder that is empty or not there",
                              "'%s' is not empty", path)
                  : fault_errno(fault, ERR_IO, path);
    }
    return err;
}

static void print_backup(const args_t *args, const backup_t *backup)
{
    int64_t bytes = 0;
    size_t at;
    json_t *file;
    json_array_foreach(backup->files, at, file)
    {
        bytes += json_integer_value(json_object_get(file, "bytes"));
    }
    if (args_has(args, "json")) {
        printf("{\"backup\":\"%s\",\"files\":%zu,\"bytes\":%lld}\n", backup->target,
               json_array_size(backup->files), (long long)bytes);
    } else {
        printf("%s: %zu files, %lld bytes\n", backup->target, json_array_size(backup->files),
               (long long)bytes);
    }
}

err_t backup_command(const args_t *args, fault_t *fault)
{
    backup_t backup = {.files = json_array(), .log = {.hold = -1}};
    err_t err = args_word(args, 0, "the folder for the backup", &backup.target, fault);
    err = err ? err : datadir_find(args, backup.data, fault);
    err = err ? err : make_target(backup.target, fault);
    err = err ? err : take_moment(&backup, fault);
    err = err ? err : copy_all(&backup, fault);
    for (size_t i = 0; i < DATABASE_COUNT; i++) {
        sql_copy_destroy(&backup.copies[i]);
    }
    snapshot_release(&backup.log, disk_real());
    if (err == ERR_OK) {
        print_backup(args, &backup);
    }
    json_decref(backup.files);
    return err;
}

// Into a data directory that holds nothing yet.
static err_t restore(const char *from, const char *data, const json_t *files, fault_t *fault)
{
    err_t err = make_target(data, fault);
    size_t at;
    json_t *file;
    json_array_foreach((json_t *)files, at, file)
    {
        const char *name = json_string_value(json_object_get(file, "name"));
        char source[MANIFEST_PATH_SIZE];
        char target[MANIFEST_PATH_SIZE];
        path_in(source, from, name);
        path_in(target, data, name);
        err = err ? err : manifest_copy(source, target, false, fault);
    }
    return err;
}

err_t restore_command(const args_t *args, fault_t *fault)
{
    char data[DATADIR_SIZE];
    const char *from = "";
    json_t *files = NULL;
    err_t err = args_word(args, 0, "the folder of the backup", &from, fault);
    err = err ? err : datadir_find(args, data, fault);
    err = err ? err : manifest_verify(from, &files, fault);
    err = err ? err : restore(from, data, files, fault);
    if (err == ERR_OK) {
        printf("%s: %zu files restored\n", data, json_array_size(files));
    }
    json_decref(files);
    return err;
}
