// SPDX-License-Identifier: MPL-2.0
// A client's key file: what a program on another host needs to reach the broker. It holds a secret.
#pragma once

#include "proto/endpoint.h"
#include "proto/limits.h"

enum { KEY_SIZE = 41 }; // a CURVE key in Z85 (ZeroMQ RFC 32): 40 characters and a terminator

typedef struct {
    char name[LIMIT_NAME_BYTES + 1];
    char role[LIMIT_NAME_BYTES + 1];
    char endpoint[ENDPOINT_SIZE]; // of the broker's ROUTER
    char broker[KEY_SIZE];        // the broker's public key
    char public_key[KEY_SIZE];
    char secret_key[KEY_SIZE];
} keyfile_t;

// Whether the text is a key in Z85.
bool key_check(const char *text);

// Reads a key file. ERR_NOT_FOUND: there is none, or it cannot be read; ERR_FORBIDDEN: others than
// its owner may read it; ERR_INVALID: it is not one.
err_t keyfile_read(const char *path, keyfile_t *ret, fault_t *fault);

// Writes a key file for its owner alone. ERR_CONFLICT: there is a file of this name; ERR_IO.
err_t keyfile_write(const char *path, const keyfile_t *keyfile, fault_t *fault);
