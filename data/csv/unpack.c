// SPDX-License-Identifier: MPL-2.0
#include "data/csv/unpack.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/csv/gunzip.h"
#include "data/csv/raw.h"
#include "data/csv/unzip.h"

enum { INPUT_BYTES = 1 << 17, MAGIC_BYTES = 6 };

struct unpack {
    raw_t raw;
    int64_t bytes_max;
    csv_packing_t packing;
    char member[CSV_MEMBER_BYTES];
    gunzip_t gunzip;
    unzip_t *unzip;
    char *input; // packed bytes, or the first plain ones: [at, end)
    size_t at;
    size_t end;
    int64_t given;
    bool gunzips; // gunzip has begun
};

// Reads on into the empty input.
static err_t refill(unpack_t *unpack, fault_t *fault)
{
    size_t got = 0;
    err_t err = raw_read(&unpack->raw, unpack->input, INPUT_BYTES, &got, fault);
    unpack->at = 0;
    unpack->end = got;
    return err;
}

// Reads until the first bytes can be told.
static err_t read_magic(unpack_t *unpack, fault_t *fault)
{
    err_t err = refill(unpack, fault);
    for (size_t got = 1; err == ERR_OK && got > 0 && unpack->end < MAGIC_BYTES;) {
        err = raw_read(&unpack->raw, unpack->input + unpack->end, MAGIC_BYTES - unpack->end, &got,
                       fault);
        unpack->end += got;
    }
    return err;
}

static bool begins(const unpack_t *unpack, const char *magic, size_t size)
{
    return unpack->end >= size && memcmp(unpack->input, magic, size) == 0;
}

static err_t refuse_others(const unpack_t *unpack, fault_t *fault)
{
    static const struct {
        const char *name;
        const char *magic;
        size_t size;
    } others[] = {{"zstd", "\x28\xB5\x2F\xFD", 4},
                  {"xz",
                   "\xFD"
                   "7zXZ",
                   5},
                  {"bzip2", "BZh91", 5},
                  {"7z", "7z\xBC\xAF\x27", 5},
                  {"a Python pickle, and AutoDP loads none", "\x80\2", 2},
                  {"a Python pickle, and AutoDP loads none", "\x80\3", 2},
                  {"a Python pickle, and AutoDP loads none", "\x80\4", 2},
                  {"a Python pickle, and AutoDP loads none", "\x80\5", 2},
                  {"a PDF", "%PDF-", 5},
                  {"an old Excel file", "\xD0\xCF\x11\xE0\xA1", 5},
                  {"Parquet", "PAR1", 4}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (begins(unpack, others[i].magic, others[i].size)) {
            return fault_set(fault, ERR_UNSUPPORTED, "give a CSV file, plain or in gzip or zip",
                             "the file is not a table of text: it is %s", others[i].name);
        }
    }
    return ERR_OK;
}

static err_t begin(unpack_t *unpack, fault_t *fault)
{
    err_t err = read_magic(unpack, fault);
    if (err != ERR_OK) {
        return err;
    }
    if (begins(unpack, "\x1F\x8B\x08", 3)) {
        unpack->packing = CSV_GZIP;
        err = gunzip_begin(&unpack->gunzip, fault);
        unpack->gunzips = err == ERR_OK;
        return err;
    }
    if (begins(unpack, "PK\3\4", 4) || begins(unpack, "PK\5\6", 4)) {
        unpack->packing = CSV_ZIP;
        if (!unpack->raw.source.regular) {
            return fault_set(fault, ERR_UNSUPPORTED, "save it as a file first",
                             "a zip can only be read from a file");
        }
        return unzip_open(unpack->raw.path, unpack->member, sizeof unpack->member, &unpack->unzip,
                          fault);
    }
    return refuse_others(unpack, fault);
}

err_t unpack_open(const char *path, int64_t bytes_max, bool hash, unpack_t **ret_unpack,
                  fault_t *fault)
{
    raw_t raw;
    err_t err = raw_open(path, hash, &raw, fault);
    if (err != ERR_OK) {
        return err;
    }
    unpack_t *unpack = mem_new(sizeof *unpack);
    unpack->raw = raw;
    unpack->bytes_max = bytes_max;
    unpack->input = mem_new(INPUT_BYTES);
    err = begin(unpack, fault);
    if (err != ERR_OK) {
        unpack_destroy(&unpack);
        return err;
    }
    *ret_unpack = unpack;
    return ERR_OK;
}

static err_t read_plain(unpack_t *unpack, char *to, size_t size, size_t *ret_size, fault_t *fault)
{
    size_t left = unpack->end - unpack->at;
    if (left == 0) {
        return raw_read(&unpack->raw, to, size, ret_size, fault);
    }
    size_t got = left < size ? left : size;
    memcpy(to, unpack->input + unpack->at, got);
    unpack->at += got;
    *ret_size = got;
    return ERR_OK;
}

static err_t read_gzip(unpack_t *unpack, char *to, size_t size, size_t *ret_size, fault_t *fault)
{
    while (*ret_size == 0) {
        err_t err = unpack->at == unpack->end ? refill(unpack, fault) : ERR_OK;
        bool ended = unpack->end == 0;
        size_t used = 0;
        if (err == ERR_OK) {
            err = gunzip_run(&unpack->gunzip, unpack->input + unpack->at, unpack->end - unpack->at,
                             &used, to, size, ret_size, fault);
        }
        if (err != ERR_OK) {
            return err;
        }
        unpack->at += used;
        if (ended && *ret_size == 0) { // zlib holds nothing back either
            return gunzip_end(&unpack->gunzip, fault);
        }
    }
    return ERR_OK;
}

static err_t read_zip(unpack_t *unpack, char *to, size_t size, size_t *ret_size, fault_t *fault)
{
    err_t err = unzip_read(unpack->unzip, to, size, ret_size, fault);
    return err == ERR_OK && *ret_size == 0 ? raw_finish(&unpack->raw, fault) : err;
}

// How many packed bytes the given ones came from.
static int64_t packed(const unpack_t *unpack)
{
    return unpack->packing == CSV_ZIP ? unzip_packed_size(unpack->unzip)
                                      : unpack->raw.source.offset;
}

static err_t check_flood(const unpack_t *unpack, fault_t *fault)
{
    if (unpack->given > unpack->bytes_max) {
        return fault_set(fault, ERR_TOO_LARGE, "split the table",
                         "the file unpacks to more than %lld bytes", (long long)unpack->bytes_max);
    }
    if (unpack->given > UNPACK_RATIO_FREE && unpack->given / UNPACK_RATIO_MAX > packed(unpack)) {
        return fault_set(fault, ERR_TOO_LARGE, "give the table without packing",
                         "the file unpacks to more than %d times its size", (int)UNPACK_RATIO_MAX);
    }
    return ERR_OK;
}

err_t unpack_read(unpack_t *unpack, char *to, size_t size, size_t *ret_size, fault_t *fault)
{
    if (unpack->packing == CSV_PLAIN) {
        return read_plain(unpack, to, size, ret_size, fault);
    }
    size_t got = 0;
    err_t err = unpack->packing == CSV_GZIP ? read_gzip(unpack, to, size, &got, fault)
                                            : read_zip(unpack, to, size, &got, fault);
    unpack->given += (int64_t)got;
    *ret_size = got;
    return err == ERR_OK ? check_flood(unpack, fault) : err;
}

err_t unpack_rewind(unpack_t *unpack, fault_t *fault)
{
    unpack->given = 0;
    unpack->at = unpack->end = 0;
    if (unpack->packing == CSV_ZIP) {
        return unzip_rewind(unpack->unzip, fault);
    }
    err_t err = raw_rewind(&unpack->raw, fault);
    if (err == ERR_OK && unpack->packing == CSV_GZIP) {
        gunzip_release(&unpack->gunzip);
        unpack->gunzips = false;
        err = gunzip_begin(&unpack->gunzip, fault);
        unpack->gunzips = err == ERR_OK;
    }
    return err;
}

csv_packing_t unpack_packing(const unpack_t *unpack)
{
    return unpack->packing;
}

const char *unpack_member(const unpack_t *unpack)
{
    return unpack->member;
}

int64_t unpack_position(const unpack_t *unpack)
{
    if (unpack->packing != CSV_ZIP) {
        return unpack->raw.source.offset - (int64_t)(unpack->end - unpack->at);
    }
    double share = (double)unpack->given / (double)unzip_size(unpack->unzip);
    return (int64_t)((double)unpack->raw.source.size * (share < 1 ? share : 1));
}

int64_t unpack_size(const unpack_t *unpack)
{
    return unpack->raw.source.size;
}

const uint8_t *unpack_hash(const unpack_t *unpack)
{
    return unpack->raw.hashed ? unpack->raw.hash : NULL;
}

void unpack_destroy(unpack_t **unpack)
{
    if (!*unpack) {
        return;
    }
    if ((*unpack)->gunzips) {
        gunzip_release(&(*unpack)->gunzip);
    }
    unzip_destroy(&(*unpack)->unzip);
    raw_release(&(*unpack)->raw);
    free((*unpack)->input);
    free(*unpack);
    *unpack = NULL;
}
