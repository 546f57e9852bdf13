// SPDX-License-Identifier: MPL-2.0
// The keys on disk, in DATA/keys: broker.key (secret) and broker.pub, `clients` with the public key
// and role of each client, and roles.cfg when the admin has written one. What is changed is written
// anew beside it and renamed, under a lock.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "broker/core/policy.h"
#include "proto/keyfile.h"

enum { KEYRING_CLIENTS_MAX = 16384, KEYRING_PATH_SIZE = 4096 };

typedef struct {
    char name[LIMIT_NAME_BYTES + 1];
    char role[LIMIT_NAME_BYTES + 1];
    char public_key[KEY_SIZE];
} client_key_t;

typedef struct {
    client_key_t *items;
    size_t count;
} keyring_t;

// Writes the path of a file in DATA/keys. ERR_INVALID: too long.
err_t keyring_path(char path[KEYRING_PATH_SIZE], const char *data_dir, const char *file,
                   fault_t *fault);

// Reads the clients' keys; without a file there are none. ERR_INVALID names what is wrong; ERR_IO.
err_t keyring_read(const char *data_dir, keyring_t *ret, fault_t *fault);

// The same from a text.
err_t keyring_parse(const char *text, size_t size, keyring_t *ret, fault_t *fault);

void keyring_release(keyring_t *keyring);

// Adds a client, whose role must be there. ERR_CONFLICT: the name is taken; ERR_NOT_FOUND: no such
// role; ERR_FULL; ERR_IO.
err_t keyring_add(const char *data_dir, const client_key_t *key, fault_t *fault);

// Removes a client. ERR_NOT_FOUND; ERR_IO.
err_t keyring_remove(const char *data_dir, const char *name, fault_t *fault);

// The broker's own keys, made at the first time. `secret` may be NULL.
err_t keyring_broker(const char *data_dir, char public_key[KEY_SIZE], char *secret, fault_t *fault);

// Reads a file of DATA/keys of at most `most` bytes into a new text. ERR_NOT_FOUND: there is none.
err_t keyring_load(const char *data_dir, const char *file, size_t most, char **ret_text,
                   size_t *ret_size, fault_t *fault);

// The table of roles.cfg, or the standard one, and the clients in it. The caller destroys it.
err_t keyring_policy(const char *data_dir, const keyring_t *keyring, policy_t **ret,
                     fault_t *fault);
