// SPDX-License-Identifier: MPL-2.0
#include "cli/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"

enum { CHUNK = 1 << 20 };

err_t manifest_make_folders(const char *path, fault_t *fault)
{
    char part[MANIFEST_PATH_SIZE];
    snprintf(part, sizeof part, "%s", path);
    for (char *at = strchr(part + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST) {
            return fault_errno(fault, ERR_IO, part);
        }
        *at = '/';
    }
    return ERR_OK;
}

static bool write_all(int file, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(file, bytes, size);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        bytes += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool copy_bytes(int from, int to)
{
    char *chunk = mem_new(CHUNK);
    ssize_t n;
    bool good = true;
    while (good && (n = read(from, chunk, CHUNK)) != 0) {
        good = n > 0 ? write_all(to, chunk, (size_t)n) : errno == EINTR;
    }
    free(chunk);
    return good && fsync(to) == 0;
}

err_t manifest_copy(const char *from, const char *to, bool link_it, fault_t *fault)
{
    err_t err = manifest_make_folders(to, fault);
    if (err || (link_it && link(from, to) == 0)) {
        return err;
    }
    int source = open(from, O_RDONLY | O_CLOEXEC);
    if (source < 0) {
        return fault_errno(fault, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, from);
    }
    int target = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (target < 0 || !copy_bytes(source, target)) {
        err = fault_errno(fault, ERR_IO, to);
    }
    if (target >= 0) {
        close(target);
    }
    close(source);
    return err;
}

// A file that a manifest names and that is not there: the backup is damaged.
static err_t hash_file(const char *path, char hex[DIGEST_TEXT_SIZE], int64_t *ret_bytes,
                       fault_t *fault)
{
    err_t err = digest_file(path, hex, ret_bytes, fault);
    if (err == ERR_NOT_FOUND) {
        fault->code = ERR_CORRUPT;
        err = ERR_CORRUPT;
    }
    return err;
}

err_t manifest_add(json_t *files, const char *backup, const char *name, fault_t *fault)
{
    char path[MANIFEST_PATH_SIZE];
    char hex[DIGEST_TEXT_SIZE] = "";
    int64_t bytes = 0;
    snprintf(path, sizeof path, "%s/%s", backup, name);
    err_t err = hash_file(path, hex, &bytes, fault);
    if (err == ERR_OK) {
        json_array_append_new(files, json_pack("{s:s, s:I, s:s}", "name", name, "bytes",
                                               (json_int_t)bytes, "sha256", hex));
    }
    return err;
}

err_t manifest_write(json_t *files, const char *backup, fault_t *fault)
{
    char path[MANIFEST_PATH_SIZE];
    snprintf(path, sizeof path, "%s/MANIFEST", backup);
    json_t *manifest = json_pack("{s:i, s:O}", "version", MANIFEST_VERSION, "files", files);
    char *text = json_dumps(manifest, JSON_INDENT(1));
    json_decref(manifest);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    err_t err = ERR_OK;
    if (file < 0 || !text || !write_all(file, text, strlen(text)) || fsync(file) != 0) {
        err = fault_errno(fault, ERR_IO, path);
    }
    if (file >= 0) {
        close(file);
    }
    free(text);
    return err;
}

// A name stays inside the folder it is put into.
static bool name_is_safe(const char *name)
{
    return name && name[0] && name[0] != '/' && !strstr(name, "..");
}

static err_t verify_file(const char *backup, const json_t *file, fault_t *fault)
{
    const char *name = json_string_value(json_object_get(file, "name"));
    const char *sha256 = json_string_value(json_object_get(file, "sha256"));
    char path[MANIFEST_PATH_SIZE];
    char hex[DIGEST_TEXT_SIZE] = "";
    int64_t bytes = 0;
    if (!name_is_safe(name) || !sha256) {
        return fault_set(fault, ERR_CORRUPT, "use another backup", "%s/MANIFEST is damaged",
                         backup);
    }
    snprintf(path, sizeof path, "%s/%s", backup, name);
    err_t err = hash_file(path, hex, &bytes, fault);
    if (err == ERR_OK && strcmp(hex, sha256) != 0) {
        err = fault_set(fault, ERR_CORRUPT, "use another backup",
                        "%s is not what it was when the backup was made", path);
    }
    return err;
}

err_t manifest_verify(const char *backup, json_t **ret_files, fault_t *fault)
{
    char path[MANIFEST_PATH_SIZE];
    snprintf(path, sizeof path, "%s/MANIFEST", backup);
    if (access(path, F_OK) != 0) {
        return fault_set(fault, ERR_NOT_FOUND, "use a folder that 'autodp backup' has completed",
                         "there is no backup in '%s'", backup);
    }
    json_t *manifest = json_load_file(path, 0, NULL);
    json_t *files = json_object_get(manifest, "files");
    err_t err = ERR_OK;
    if (!json_is_array(files) ||
        json_integer_value(json_object_get(manifest, "version")) != MANIFEST_VERSION) {
        err = fault_set(fault, ERR_CORRUPT, "use another backup", "%s is damaged", path);
    }
    for (size_t i = 0; err == ERR_OK && i < json_array_size(files); i++) {
        err = verify_file(backup, json_array_get(files, i), fault);
    }
    if (err == ERR_OK) {
        *ret_files = json_incref(files);
    }
    json_decref(manifest);
    return err;
}
