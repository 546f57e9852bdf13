// SPDX-License-Identifier: MPL-2.0
// A file's bytes as they lie on disk, and their SHA-256 on the way.
#pragma once

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "data/csv/source.h"

enum { RAW_HASH_BYTES = 32 };

typedef struct {
    char *path;
    source_t source;
    EVP_MD_CTX *digest; // NULL: no hash is wanted
    bool hashed;        // `hash` is complete
    uint8_t hash[RAW_HASH_BYTES];
} raw_t;

// Opens a file. Errors: NOT_FOUND, IO.
err_t raw_open(const char *path, bool hash, raw_t *ret_raw, fault_t *fault);

// Reads at most `size` bytes; *ret_size is 0 at the end only. Errors: IO.
err_t raw_read(raw_t *raw, char *to, size_t size, size_t *ret_size, fault_t *fault);

// Reads all of it once more if the hash is wanted and reading has not made it. Errors: IO.
err_t raw_finish(raw_t *raw, fault_t *fault);

// Starts again at the beginning. Errors: IO; UNSUPPORTED for what is not a regular file.
err_t raw_rewind(raw_t *raw, fault_t *fault);

void raw_release(raw_t *raw);
