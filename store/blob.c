// SPDX-License-Identifier: MPL-2.0
#include "store/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HASH_CHUNK = 1 << 20, MODE_OPEN = 0600, MODE_SEALED = 0400 };

static err_t make_dir(const char *path, fault_t *fault)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ? ERR_OK : fault_errno(fault, ERR_IO, path);
}

// Joins up to three parts; too long a path is a fault.
static err_t join(char path[BLOB_PATH_SIZE], const char *dir, const char *folder, const char *name,
                  fault_t *fault)
{
    int n = snprintf(path, BLOB_PATH_SIZE, "%s/%s/%s", dir, folder, name);
    return n < BLOB_PATH_SIZE ? ERR_OK
                              : fault_set(fault, ERR_INVALID, "use a shorter data directory",
                                          "'%s' is too long", dir);
}

err_t blob_init(const char *dir, fault_t *fault)
{
    char path[BLOB_PATH_SIZE];
    err_t err = make_dir(dir, fault);
    err = err ? err : join(path, dir, "uploads", "", fault);
    return err ? err : make_dir(path, fault);
}

err_t blob_upload_path(const char *dir, const char *upload, char ret_path[BLOB_PATH_SIZE],
                       fault_t *fault)
{
    if (!id_valid(upload, "bl_")) {
        return fault_set(fault, ERR_INVALID, "use the id that 'create' gave",
                         "'%.64s' is not an upload", upload);
    }
    return join(ret_path, dir, "uploads", upload, fault);
}

err_t blob_begin(const char *dir, char ret_upload[ID_SIZE], fault_t *fault)
{
    char path[BLOB_PATH_SIZE];
    id_new(ret_upload, "bl_");
    err_t err = blob_upload_path(dir, ret_upload, path, fault);
    if (err) {
        return err;
    }
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, MODE_OPEN);
    if (fd < 0) {
        return fault_errno(fault, ERR_IO, path);
    }
    close(fd);
    return ERR_OK;
}

// Opens an upload and tells its size and whether it is sealed by a commit.
static err_t open_upload(const char *dir, const char *upload, int *ret_fd, int64_t *ret_size,
                         bool *ret_sealed, fault_t *fault)
{
    char path[BLOB_PATH_SIZE];
    err_t err = blob_upload_path(dir, upload, path, fault);
    if (err) {
        return err;
    }
    int fd = open(path, O_RDWR | O_CLOEXEC);
    struct stat st;
    if (fd < 0 && errno == EACCES) {
        fd = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (fd < 0 || fstat(fd, &st) != 0) {
        err = errno == ENOENT ? fault_set(fault, ERR_NOT_FOUND, "start a new upload",
                                          "there is no upload '%s'", upload)
                              : fault_errno(fault, ERR_IO, path);
        if (fd >= 0) {
            close(fd);
        }
        return err;
    }
    *ret_fd = fd;
    *ret_size = st.st_size;
    *ret_sealed = (st.st_mode & 0777) == MODE_SEALED;
    return ERR_OK;
}

err_t blob_offset(const char *dir, const char *upload, int64_t *ret_offset, fault_t *fault)
{
    int fd = -1;
    bool sealed = false;
    err_t err = open_upload(dir, upload, &fd, ret_offset, &sealed, fault);
    if (err == ERR_OK) {
        close(fd);
    }
    return err;
}

static err_t write_all(int fd, const char *bytes, size_t size, int64_t offset, fault_t *fault)
{
    while (size > 0) {
        ssize_t n = pwrite(fd, bytes, size, offset);
        if (n < 0 && errno != EINTR) {
            return fault_errno(fault, ERR_IO, "writing an upload");
        }
        if (n > 0) {
            bytes += n;
            size -= (size_t)n;
            offset += n;
        }
    }
    return ERR_OK;
}

err_t blob_append(const char *dir, const char *upload, int64_t offset, const void *bytes,
                  size_t size, int64_t bytes_max, int64_t *ret_offset, fault_t *fault)
{
    int fd = -1;
    int64_t end = 0;
    bool sealed = false;
    err_t err = open_upload(dir, upload, &fd, &end, &sealed, fault);
    if (err) {
        return err;
    }
    if (sealed || offset < 0 || offset > end) {
        err = fault_set(fault, ERR_CONFLICT, "ask 'resume' where to go on",
                        "the upload '%s' %s, not at %lld", upload,
                        sealed ? "is complete" : "goes on at another offset", (long long)offset);
    } else if (offset > bytes_max - (int64_t)size) {
        err = fault_set(fault, ERR_TOO_LARGE, "upload a smaller file, or raise upload_bytes_max",
                        "the upload is larger than %lld bytes", (long long)bytes_max);
    } else {
        err = write_all(fd, bytes, size, offset, fault);
    }
    close(fd);
    int64_t written = offset + (int64_t)size;
    *ret_offset = written > end ? written : end;
    return err;
}

static err_t hash_file(int fd, char hash[BLOB_HASH_SIZE], fault_t *fault)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    char *chunk = malloc(HASH_CHUNK);
    if (!md || !chunk || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(md);
        free(chunk);
        return fault_set(fault, ERR_MEMORY, NULL, "hashing an upload");
    }
    int64_t at = 0;
    ssize_t n;
    while ((n = pread(fd, chunk, HASH_CHUNK, at)) > 0) {
        EVP_DigestUpdate(md, chunk, (size_t)n);
        at += n;
    }
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_DigestFinal_ex(md, digest, &length);
    for (unsigned i = 0; i < length; i++) {
        snprintf(hash + 2 * (size_t)i, 3, "%02x", digest[i]);
    }
    EVP_MD_CTX_free(md);
    free(chunk);
    return n < 0 ? fault_errno(fault, ERR_IO, "reading an upload") : ERR_OK;
}

static err_t sync_dir(const char *path, fault_t *fault)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    err_t err = fd >= 0 && fsync(fd) == 0 ? ERR_OK : fault_errno(fault, ERR_IO, path);
    if (fd >= 0) {
        close(fd);
    }
    return err;
}

// Links the upload under its hash; one that is there already is the same content.
static err_t publish(const char *dir, const char *upload, const char *hash, fault_t *fault)
{
    char from[BLOB_PATH_SIZE];
    char folder[BLOB_PATH_SIZE];
    char to[BLOB_PATH_SIZE];
    char prefix[3] = {hash[0], hash[1], '\0'};
    err_t err = blob_upload_path(dir, upload, from, fault);
    err = err ? err : join(folder, dir, prefix, "", fault);
    err = err ? err : join(to, dir, prefix, hash, fault);
    err = err ? err : make_dir(folder, fault);
    if (err == ERR_OK && link(from, to) != 0 && errno != EEXIST) {
        err = fault_errno(fault, ERR_IO, to);
    }
    err = err ? err : sync_dir(folder, fault);
    return err ? err : sync_dir(dir, fault);
}

err_t blob_commit(const char *dir, const char *upload, char ret_hash[BLOB_HASH_SIZE],
                  int64_t *ret_bytes, fault_t *fault)
{
    int fd = -1;
    bool sealed = false;
    err_t err = open_upload(dir, upload, &fd, ret_bytes, &sealed, fault);
    if (err) {
        return err;
    }
    // Sealed first: what was hashed is what stays.
    if (!sealed && (fchmod(fd, MODE_SEALED) != 0 || fsync(fd) != 0)) {
        err = fault_errno(fault, ERR_IO, "sealing an upload");
    }
    err = err ? err : hash_file(fd, ret_hash, fault);
    close(fd);
    return err ? err : publish(dir, upload, ret_hash, fault);
}

err_t blob_abort(const char *dir, const char *upload, fault_t *fault)
{
    char path[BLOB_PATH_SIZE];
    err_t err = blob_upload_path(dir, upload, path, fault);
    if (err == ERR_OK && unlink(path) != 0 && errno != ENOENT) {
        err = fault_errno(fault, ERR_IO, path);
    }
    return err;
}

err_t blob_stat(const char *dir, const char *hash, char ret_path[BLOB_PATH_SIZE],
                int64_t *ret_bytes, fault_t *fault)
{
    if (strlen(hash) != BLOB_HASH_SIZE - 1 ||
        strspn(hash, "0123456789abcdef") != BLOB_HASH_SIZE - 1) {
        return fault_set(fault, ERR_INVALID, "use the 64 hex digits that 'commit' gave",
                         "'%.64s' is not a blob", hash);
    }
    char prefix[3] = {hash[0], hash[1], '\0'};
    err_t err = join(ret_path, dir, prefix, hash, fault);
    struct stat st;
    if (err == ERR_OK && stat(ret_path, &st) != 0) {
        return errno == ENOENT
                   ? fault_set(fault, ERR_NOT_FOUND, NULL, "there is no blob '%s'", hash)
                   : fault_errno(fault, ERR_IO, ret_path);
    }
    *ret_bytes = err ? 0 : st.st_size;
    return err;
}

err_t blob_remove(const char *dir, const char *hash, fault_t *fault)
{
    char path[BLOB_PATH_SIZE];
    int64_t bytes = 0;
    err_t err = blob_stat(dir, hash, path, &bytes, fault);
    if (err == ERR_OK && unlink(path) != 0 && errno != ENOENT) {
        err = fault_errno(fault, ERR_IO, path);
    }
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

err_t blob_read(const char *dir, const char *hash, int64_t offset, size_t length, buf_t *to,
                fault_t *fault)
{
    char path[BLOB_PATH_SIZE];
    int64_t bytes = 0;
    err_t err = blob_stat(dir, hash, path, &bytes, fault);
    if (err || offset < 0 || offset >= bytes) {
        return err;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fault_errno(fault, ERR_IO, path);
    }
    char *at = buf_reserve(to, length);
    ssize_t n;
    while (length > 0 && (n = pread(fd, at, length, offset)) != 0) {
        if (n < 0 && errno != EINTR) {
            err = fault_errno(fault, ERR_IO, path);
            break;
        }
        if (n > 0) {
            at += n;
            to->size += (size_t)n;
            offset += n;
            length -= (size_t)n;
        }
    }
    close(fd);
    return err;
}
