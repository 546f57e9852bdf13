// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/site.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/bridge/range.h"
#include "actors/bridge/reply.h"
#include "base/buf.h"
#include "base/disk.h"
#include "base/mem.h"
#include "base/text.h"

enum { HASH_BYTES = 32, ETAG_BYTES = 16, ETAG_SIZE = 2 * ETAG_BYTES + 3 };

static const char INDEX[] = "/index.html";
static const char POLICY[] =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";
static const char NOT_BUILT[] =
    "AutoDP runs, but its browser client is not built.\n"
    "Build it with 'npm run --prefix client build', or name its folder with client_dir.\n"
    "The HTTP interface is at /api/v1.\n";

typedef struct {
    char *path; // with a leading slash
    char etag[ETAG_SIZE];
    char *bytes;
    struct MHD_Response *response;
} file_t;

struct site {
    file_t files[SITE_FILES_MAX];
    size_t count;
    int64_t bytes;
};

static const char *media_type(const char *path)
{
    static const struct {
        const char *ending;
        const char *type;
    } TYPES[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".json", "application/json"},
        {".map", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".txt", "text/plain; charset=utf-8"},
    };
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof TYPES / sizeof TYPES[0]; i++) {
        if (strcasecmp(dot, TYPES[i].ending) == 0) {
            return TYPES[i].type;
        }
    }
    return "application/octet-stream";
}

static void add_headers(struct MHD_Response *response)
{
    MHD_add_response_header(response, "Content-Security-Policy", POLICY);
    MHD_add_response_header(response, "Referrer-Policy", "same-origin");
    MHD_add_response_header(response, "Cache-Control", "no-cache");
}

static void set_etag(file_t *file, size_t size)
{
    unsigned char hash[HASH_BYTES];
    if (!EVP_Digest(file->bytes, size, hash, NULL, EVP_sha256(), NULL)) {
        mem_exhausted(HASH_BYTES);
    }
    char *at = file->etag;
    *at++ = '"';
    for (int i = 0; i < ETAG_BYTES; i++) {
        at += snprintf(at, 3, "%02x", hash[i]);
    }
    *at++ = '"';
    *at = '\0';
}

// Adds a file; takes over `bytes`.
static void add(site_t *site, const char *path, char *bytes, size_t size)
{
    file_t *file = &site->files[site->count++];
    site->bytes += (int64_t)size;
    file->path = mem_strdup(path);
    file->bytes = bytes;
    set_etag(file, size);
    file->response = MHD_create_response_from_buffer(size, bytes, MHD_RESPMEM_PERSISTENT);
    if (!file->response) {
        mem_exhausted(size);
    }
    MHD_add_response_header(file->response, "Content-Type", media_type(path));
    MHD_add_response_header(file->response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(file->response, "ETag", file->etag);
    add_headers(file->response);
}

static err_t load_file(site_t *site, const char *full, const char *path, int64_t size,
                       fault_t *fault)
{
    if (site->count == SITE_FILES_MAX || site->bytes + size > SITE_BYTES_MAX) {
        return fault_set(fault, ERR_TOO_LARGE, "set client_dir to the folder of the built client",
                         "'%s' is over the client's limit of %d files and %d bytes", full,
                         SITE_FILES_MAX, SITE_BYTES_MAX);
    }
    int fd = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return fault_errno(fault, ERR_IO, full);
    }
    char *bytes = mem_new((size_t)size);
    bool read = disk_read_all(disk_real(), fd, bytes, (size_t)size, 0);
    err_t err = read ? ERR_OK : fault_errno(fault, ERR_IO, full);
    close(fd);
    if (err) {
        free(bytes);
        return err;
    }
    add(site, path, bytes, (size_t)size);
    return ERR_OK;
}

static err_t load_folder(site_t *site, const char *root, const char *path, int depth,
                         fault_t *fault);

static err_t load_entry(site_t *site, const char *root, const char *path, int depth,
                        fault_t *fault) // NOLINT(misc-no-recursion)
{
    struct stat info;
    char *full = text_format("%s%s", root, path);
    err_t err = ERR_OK;
    if (lstat(full, &info) != 0) {
        err = fault_errno(fault, ERR_IO, full);
    } else if (S_ISDIR(info.st_mode) && depth < SITE_DEPTH_MAX) {
        err = load_folder(site, root, path, depth + 1, fault);
    } else if (S_ISREG(info.st_mode)) {
        err = load_file(site, full, path, info.st_size, fault);
    }
    free(full);
    return err;
}

static err_t load_folder(site_t *site, const char *root, const char *path, int depth,
                         fault_t *fault) // NOLINT(misc-no-recursion)
{
    char *full = text_format("%s%s", root, path);
    DIR *folder = opendir(full);
    err_t err = ERR_OK;
    if (!folder) {
        err = fault_errno(fault, ERR_IO, full);
        free(full);
        return err;
    }
    free(full);
    const struct dirent *entry;
    while (!err && (entry = readdir(folder))) {
        if (entry->d_name[0] != '.') {
            char *inner = text_format("%s/%s", path, entry->d_name);
            err = load_entry(site, root, inner, depth, fault);
            free(inner);
        }
    }
    closedir(folder);
    return err;
}

site_t *site_new(const char *folder, fault_t *fault)
{
    site_t *site = mem_new(sizeof *site);
    char *index = text_format("%s%s", folder, INDEX);
    bool built = access(index, R_OK) == 0;
    free(index);
    if (built && load_folder(site, folder, "", 0, fault)) {
        site_destroy(&site);
    }
    return site;
}

void site_destroy(site_t **site)
{
    if (!*site) {
        return;
    }
    for (size_t i = 0; i < (*site)->count; i++) {
        MHD_destroy_response((*site)->files[i].response);
        free((*site)->files[i].bytes);
        free((*site)->files[i].path);
    }
    free(*site);
    *site = NULL;
}

static const file_t *find(const site_t *site, const char *path)
{
    const char *name = strrchr(path, '/');
    const char *wanted = name && strchr(name, '.') ? path : INDEX;
    for (size_t i = 0; i < site->count; i++) {
        if (strcmp(site->files[i].path, wanted) == 0) {
            return &site->files[i];
        }
    }
    return NULL;
}

// Sends an answer made for this request alone.
static enum MHD_Result send_once(struct MHD_Connection *connection, unsigned status,
                                 struct MHD_Response *response)
{
    add_headers(response);
    enum MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

enum MHD_Result site_serve(const site_t *site, struct MHD_Connection *connection, const char *path,
                           const char *verb)
{
    if (strcmp(verb, "GET") != 0 && strcmp(verb, "HEAD") != 0) {
        struct MHD_Response *refused = reply_text("Only GET and HEAD work here.\n");
        MHD_add_response_header(refused, "Allow", "GET, HEAD");
        return send_once(connection, MHD_HTTP_METHOD_NOT_ALLOWED, refused);
    }
    if (site->count == 0) {
        return send_once(connection, MHD_HTTP_SERVICE_UNAVAILABLE, reply_text(NOT_BUILT));
    }
    const file_t *file = find(site, path);
    if (!file) {
        return send_once(connection, MHD_HTTP_NOT_FOUND, reply_text("There is no such file.\n"));
    }
    const char *known = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "If-None-Match");
    if (range_none_match(known, file->etag)) {
        struct MHD_Response *same = reply_not_modified(file->etag);
        enum MHD_Result queued = MHD_queue_response(connection, MHD_HTTP_NOT_MODIFIED, same);
        MHD_destroy_response(same);
        return queued;
    }
    return MHD_queue_response(connection, MHD_HTTP_OK, file->response);
}
