// SPDX-License-Identifier: MPL-2.0
#include "data/csv/gunzip.h"

enum { WINDOW_GZIP = 15 + 16 };

err_t gunzip_begin(gunzip_t *gunzip, fault_t *fault)
{
    *gunzip = (gunzip_t){.inside = true};
    if (inflateInit2(&gunzip->zlib, WINDOW_GZIP) != Z_OK) {
        return fault_set(fault, ERR_MEMORY, "try again", "no memory to unpack gzip");
    }
    return ERR_OK;
}

// Between two members: skips zeros and begins the next member. Uses one byte at most.
static err_t begin_member(gunzip_t *gunzip, char first, size_t *ret_used, fault_t *fault)
{
    *ret_used = first == '\0';
    gunzip->padded = gunzip->padded || first == '\0';
    if (first == '\0') {
        return ERR_OK;
    }
    if (first != '\x1F' || gunzip->padded || inflateReset(&gunzip->zlib) != Z_OK) {
        return fault_set(fault, ERR_CORRUPT, "pack the file again",
                         "there are bytes behind the end of the gzip data");
    }
    gunzip->inside = true;
    return ERR_OK;
}

err_t gunzip_run(gunzip_t *gunzip, const char *from, size_t from_size, size_t *ret_used, char *to,
                 size_t to_size, size_t *ret_given, fault_t *fault)
{
    *ret_given = *ret_used = 0;
    if (!gunzip->inside) {
        return from_size > 0 ? begin_member(gunzip, from[0], ret_used, fault) : ERR_OK;
    }
    z_stream *zlib = &gunzip->zlib;
    zlib->next_in = (const Bytef *)from;
    zlib->avail_in = (uInt)from_size;
    zlib->next_out = (Bytef *)to;
    zlib->avail_out = (uInt)to_size;
    int status = inflate(zlib, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
        return fault_set(fault, ERR_CORRUPT, "pack or copy the file again",
                         "the gzip data is damaged: %s", zlib->msg ? zlib->msg : "it is not gzip");
    }
    gunzip->inside = status != Z_STREAM_END;
    *ret_used = from_size - zlib->avail_in;
    *ret_given = to_size - zlib->avail_out;
    return ERR_OK;
}

err_t gunzip_end(const gunzip_t *gunzip, fault_t *fault)
{
    if (!gunzip->inside) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_CORRUPT, "copy or pack the file again",
                     "the gzip file is cut off: its end is missing");
}

void gunzip_release(gunzip_t *gunzip)
{
    inflateEnd(&gunzip->zlib);
}
