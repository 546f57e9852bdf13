// SPDX-License-Identifier: MPL-2.0
#include "data/csv/raw.h"

#include <stdlib.h>

#include "base/mem.h"

enum { READ_BYTES = 1 << 18 };

static err_t fail_digest(fault_t *fault)
{
    return fault_set(fault, ERR_INTERNAL, "try again", "SHA-256 is not available");
}

static err_t begin_digest(raw_t *raw, fault_t *fault)
{
    if (!raw->digest || raw->hashed || EVP_DigestInit_ex(raw->digest, EVP_sha256(), NULL) == 1) {
        return ERR_OK;
    }
    return fail_digest(fault);
}

err_t raw_open(const char *path, bool hash, raw_t *ret_raw, fault_t *fault)
{
    raw_t raw = {.path = mem_strdup(path), .digest = hash ? EVP_MD_CTX_new() : NULL};
    err_t err = hash && !raw.digest ? fail_digest(fault) : begin_digest(&raw, fault);
    if (err == ERR_OK) {
        err = source_open(path, &raw.source, fault);
    }
    if (err != ERR_OK) {
        raw.source.fd = -1;
        raw_release(&raw);
        return err;
    }
    *ret_raw = raw;
    return ERR_OK;
}

err_t raw_read(raw_t *raw, char *to, size_t size, size_t *ret_size, fault_t *fault)
{
    err_t err = source_read(&raw->source, to, size, ret_size, fault);
    if (err != ERR_OK || !raw->digest || raw->hashed) {
        return err;
    }
    raw->hashed = *ret_size == 0;
    int done = raw->hashed ? EVP_DigestFinal_ex(raw->digest, raw->hash, NULL)
                           : EVP_DigestUpdate(raw->digest, to, *ret_size);
    return done == 1 ? ERR_OK : fail_digest(fault);
}

err_t raw_finish(raw_t *raw, fault_t *fault)
{
    if (!raw->digest || raw->hashed) {
        return ERR_OK;
    }
    err_t err = raw_rewind(raw, fault);
    char *bytes = mem_new(READ_BYTES);
    for (size_t got = 1; err == ERR_OK && got > 0;) {
        err = raw_read(raw, bytes, READ_BYTES, &got, fault);
    }
    free(bytes);
    return err;
}

err_t raw_rewind(raw_t *raw, fault_t *fault)
{
    if (!raw->source.regular) {
        return fault_set(fault, ERR_UNSUPPORTED, "save it as a file first",
                         "%s is not a file and cannot be read twice", raw->path);
    }
    source_release(&raw->source);
    err_t err = source_open(raw->path, &raw->source, fault);
    return err == ERR_OK ? begin_digest(raw, fault) : err;
}

void raw_release(raw_t *raw)
{
    source_release(&raw->source);
    EVP_MD_CTX_free(raw->digest);
    free(raw->path);
    *raw = (raw_t){.source = {.fd = -1}};
}
