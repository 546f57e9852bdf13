// SPDX-License-Identifier: MPL-2.0
#include "base/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

enum { CHUNK = 1 << 20 };

static void to_hex(const unsigned char *digest, unsigned length, char hex[DIGEST_TEXT_SIZE])
{
    for (unsigned i = 0; i < length && 2 * i + 2 < DIGEST_TEXT_SIZE; i++) {
        snprintf(hex + 2 * (size_t)i, 3, "%02x", digest[i]);
    }
}

err_t digest_file(const char *path, char ret_hex[DIGEST_TEXT_SIZE], int64_t *ret_bytes,
                  fault_t *fault)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return fault_errno(fault, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, path);
    }
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    char *chunk = mem_new(CHUNK);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    int64_t bytes = 0;
    ssize_t n = 0;
    bool good = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1;
    while (good && (n = read(file, chunk, CHUNK)) > 0) {
        good = EVP_DigestUpdate(md, chunk, (size_t)n) == 1;
        bytes += n;
    }
    good = good && n == 0 && EVP_DigestFinal_ex(md, digest, &length) == 1;
    err_t err = good ? ERR_OK : fault_errno(fault, ERR_IO, path);
    if (good) {
        to_hex(digest, length, ret_hex);
        *ret_bytes = bytes;
    }
    EVP_MD_CTX_free(md);
    free(chunk);
    close(file);
    return err;
}
