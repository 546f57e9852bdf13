// SPDX-License-Identifier: MPL-2.0
#include "broker/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "broker/roles.h"
#include "broker/zpl.h"
#include "proto/name.h"

static const char CLIENTS[] = "clients";

err_t keyring_path(char path[KEYRING_PATH_SIZE], const char *data_dir, const char *file,
                   fault_t *fault)
{
    int n = snprintf(path, KEYRING_PATH_SIZE, "%s/keys%s%s", data_dir, *file ? "/" : "", file);
    return n < KEYRING_PATH_SIZE ? ERR_OK
                                 : fault_set(fault, ERR_INVALID, "use a shorter path",
                                             "the data directory's path is too long");
}

static err_t read_whole(int fd, const char *path, size_t most, char **ret_text, size_t *ret_size,
                        fault_t *fault)
{
    char *text = mem_new(most + 1);
    size_t size = 0;
    ssize_t n;
    while (size <= most && (n = read(fd, text + size, most + 1 - size)) > 0) {
        size += (size_t)n;
    }
    if (size > most || n < 0) {
        free(text);
        return n < 0 ? fault_errno(fault, ERR_IO, path)
                     : fault_set(fault, ERR_TOO_LARGE, "use a smaller file",
                                 "'%s' has more than %zu bytes", path, most);
    }
    *ret_text = text;
    *ret_size = size;
    return ERR_OK;
}

err_t keyring_load(const char *data_dir, const char *file, size_t most, char **ret_text,
                   size_t *ret_size, fault_t *fault)
{
    char path[KEYRING_PATH_SIZE];
    err_t err = keyring_path(path, data_dir, file, fault);
    if (err) {
        return err;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fault_errno(fault, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, path);
    }
    err = read_whole(fd, path, most, ret_text, ret_size, fault);
    close(fd);
    return err;
}

static err_t add_item(keyring_t *keyring, const client_key_t *key, fault_t *fault)
{
    err_t err = name_check(view_of(key->name), "key", fault);
    err = err ? err : name_check(view_of(key->role), "role", fault);
    if (err == ERR_OK && !key_check(key->public_key)) {
        err = fault_set(fault, ERR_INVALID, "write the 40 characters of its public key",
                        "key '%s' has no valid 'public'", key->name);
    }
    if (err == ERR_OK && keyring->count >= KEYRING_CLIENTS_MAX) {
        err = fault_set(fault, ERR_FULL, "remove some", "there are more than %d keys",
                        KEYRING_CLIENTS_MAX);
    }
    if (err == ERR_OK) {
        keyring->items = mem_resize(keyring->items, keyring->count + 1, sizeof *keyring->items);
        keyring->items[keyring->count++] = *key;
    }
    return err;
}

// One key with two names would be two users in one.
static err_t check_unique(const keyring_t *keyring, fault_t *fault)
{
    map_t seen = {0};
    err_t err = ERR_OK;
    for (size_t i = 0; i < keyring->count && err == ERR_OK; i++) {
        client_key_t *key = &keyring->items[i];
        const char *texts[] = {key->name, key->public_key};
        for (size_t k = 0; k < 2 && err == ERR_OK; k++) {
            size_t size = strlen(texts[k]);
            if (map_get(&seen, texts[k], size)) {
                err = fault_set(fault, ERR_INVALID, "keep one of them",
                                "the name or the public key of '%s' comes twice", key->name);
            } else {
                map_add(&seen, texts[k], size, key);
            }
        }
    }
    map_release(&seen);
    return err;
}

err_t keyring_parse(const char *text, size_t size, keyring_t *ret, fault_t *fault)
{
    zconfig_t *root = NULL;
    keyring_t keyring = {0};
    err_t err = zpl_parse(text, size, &root, fault);
    for (zconfig_t *item = err ? NULL : zconfig_child(root); item && err == ERR_OK;
         item = zconfig_next(item)) {
        client_key_t key = {0};
        // Longer than allowed by one byte at least, so that a cut name is not taken for another.
        char name[LIMIT_NAME_BYTES + 2];
        text_copy(name, sizeof name, zconfig_name(item));
        err = name_check(view_of(name), "key", fault);
        text_copy(key.name, sizeof key.name, name);
        text_copy(key.role, sizeof key.role, zconfig_get(item, "role", ""));
        const char *public_key = zconfig_get(item, "public", "");
        text_copy(key.public_key, sizeof key.public_key, key_check(public_key) ? public_key : "");
        err = err ? err : add_item(&keyring, &key, fault);
    }
    zconfig_destroy(&root);
    err = err ? err : check_unique(&keyring, fault);
    if (err) {
        keyring_release(&keyring);
        return err;
    }
    *ret = keyring;
    return ERR_OK;
}

err_t keyring_read(const char *data_dir, keyring_t *ret, fault_t *fault)
{
    char *text = NULL;
    size_t size = 0;
    err_t err = keyring_load(data_dir, CLIENTS, ZPL_BYTES_MAX, &text, &size, fault);
    if (err == ERR_NOT_FOUND) {
        *ret = (keyring_t){0};
        return ERR_OK;
    }
    err = err ? err : keyring_parse(text, size, ret, fault);
    free(text);
    return err;
}

void keyring_release(keyring_t *keyring)
{
    free(keyring->items);
    *keyring = (keyring_t){0};
}

static err_t write_file(const char *data_dir, const char *file, const buf_t *text, fault_t *fault)
{
    char path[KEYRING_PATH_SIZE];
    char folder[KEYRING_PATH_SIZE];
    err_t err = keyring_path(path, data_dir, file, fault);
    err = err ? err : keyring_path(folder, data_dir, "", fault);
    if (err) {
        return err;
    }
    char *temporary = text_format("%s.new", path);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write(fd, text->data, text->size) == (ssize_t)text->size &&
                fsync(fd) == 0 && rename(temporary, path) == 0;
    err = good ? ERR_OK : fault_errno(fault, ERR_IO, path);
    if (fd >= 0) {
        close(fd);
    }
    int dir = good ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (dir >= 0) {
        err = fsync(dir) == 0 ? ERR_OK : fault_errno(fault, ERR_IO, folder);
        close(dir);
    }
    free(temporary);
    return err;
}

static err_t write_clients(const char *data_dir, const keyring_t *keyring, fault_t *fault)
{
    buf_t text = {0};
    buf_addf(&text,
             "#   Who may come over tcp, written by 'autodp keys'. Public keys: no secrets.\n");
    for (size_t i = 0; i < keyring->count; i++) {
        const client_key_t *key = &keyring->items[i];
        buf_addf(&text, "%s\n    role = \"%s\"\n    public = \"%s\"\n", key->name, key->role,
                 key->public_key);
    }
    err_t err = write_file(data_dir, CLIENTS, &text, fault);
    buf_release(&text);
    return err;
}

// The folder, and a lock on it that ends when the descriptor is closed.
static err_t lock(const char *data_dir, int *ret_fd, fault_t *fault)
{
    char folder[KEYRING_PATH_SIZE];
    char path[KEYRING_PATH_SIZE];
    err_t err = keyring_path(folder, data_dir, "", fault);
    err = err ? err : keyring_path(path, data_dir, "lock", fault);
    if (err) {
        return err;
    }
    if (mkdir(folder, 0700) < 0 && errno != EEXIST) {
        return fault_errno(fault, ERR_IO, folder);
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) < 0) {
        err = fault_errno(fault, ERR_IO, path);
        if (fd >= 0) {
            close(fd);
        }
        return err;
    }
    *ret_fd = fd;
    return ERR_OK;
}

static client_key_t *find(const keyring_t *keyring, const char *name)
{
    for (size_t i = 0; i < keyring->count; i++) {
        if (strcmp(keyring->items[i].name, name) == 0) {
            return &keyring->items[i];
        }
    }
    return NULL;
}

static err_t add_locked(const char *data_dir, const client_key_t *key, fault_t *fault)
{
    keyring_t keyring;
    err_t err = keyring_read(data_dir, &keyring, fault);
    if (err) {
        return err;
    }
    if (find(&keyring, key->name)) {
        err = fault_set(fault, ERR_CONFLICT, "remove it first, or use another name",
                        "there is a key '%s' already", key->name);
    }
    policy_t *policy = NULL;
    err = err ? err : add_item(&keyring, key, fault);
    err = err ? err : keyring_policy(data_dir, &keyring, &policy, fault);
    err = err ? err : write_clients(data_dir, &keyring, fault);
    policy_destroy(&policy);
    keyring_release(&keyring);
    return err;
}

err_t keyring_add(const char *data_dir, const client_key_t *key, fault_t *fault)
{
    int fd = -1;
    err_t err = lock(data_dir, &fd, fault);
    if (err == ERR_OK) {
        err = add_locked(data_dir, key, fault);
        close(fd);
    }
    return err;
}

static err_t remove_locked(const char *data_dir, const char *name, fault_t *fault)
{
    keyring_t keyring;
    err_t err = keyring_read(data_dir, &keyring, fault);
    if (err) {
        return err;
    }
    client_key_t *key = find(&keyring, name);
    if (key) {
        size_t behind = keyring.count - (size_t)(key - keyring.items) - 1;
        memmove(key, key + 1, behind * sizeof *key);
        keyring.count--;
        err = write_clients(data_dir, &keyring, fault);
    } else {
        err = fault_set(fault, ERR_NOT_FOUND, "'autodp keys ls' lists them", "there is no key '%s'",
                        name);
    }
    keyring_release(&keyring);
    return err;
}

err_t keyring_remove(const char *data_dir, const char *name, fault_t *fault)
{
    int fd = -1;
    err_t err = lock(data_dir, &fd, fault);
    if (err == ERR_OK) {
        err = remove_locked(data_dir, name, fault);
        close(fd);
    }
    return err;
}

// The secret is on disk before the public one is told to anybody.
static err_t make_broker(const char *data_dir, char public_key[KEY_SIZE], char *secret,
                         fault_t *fault)
{
    if (zmq_curve_keypair(public_key, secret) < 0) {
        return fault_set(fault, ERR_UNSUPPORTED, "use a libzmq with CURVE", "no keys can be made");
    }
    buf_t text = {0};
    buf_addf(&text, "%s\n", secret);
    err_t err = write_file(data_dir, "broker.key", &text, fault);
    buf_clear(&text);
    buf_addf(&text, "%s\n", public_key);
    err = err ? err : write_file(data_dir, "broker.pub", &text, fault);
    buf_release(&text);
    return err;
}

static err_t broker_locked(const char *data_dir, char public_key[KEY_SIZE], char *secret,
                           fault_t *fault)
{
    char *text = NULL;
    size_t size = 0;
    err_t err = keyring_load(data_dir, "broker.key", KEY_SIZE + 1, &text, &size, fault);
    if (err == ERR_NOT_FOUND) {
        return make_broker(data_dir, public_key, secret, fault);
    }
    if (err == ERR_OK && text) {
        text[strcspn(text, "\n")] = '\0';
        bool good = key_check(text) && zmq_curve_public(public_key, text) == 0;
        err = good
                  ? ERR_OK
                  : fault_set(fault, ERR_INVALID, "restore it, or remove it and make all keys anew",
                              "keys/broker.key of '%s' is no key", data_dir);
        text_copy(secret, KEY_SIZE, good ? text : "");
        free(text);
    }
    return err;
}

err_t keyring_broker(const char *data_dir, char public_key[KEY_SIZE], char *secret, fault_t *fault)
{
    char own[KEY_SIZE];
    int fd = -1;
    err_t err = lock(data_dir, &fd, fault);
    if (err == ERR_OK) {
        err = broker_locked(data_dir, public_key, secret ? secret : own, fault);
        close(fd);
    }
    return err;
}

static err_t add_roles(const char *data_dir, policy_t *policy, fault_t *fault)
{
    char *text = NULL;
    size_t size = 0;
    err_t err = keyring_load(data_dir, "roles.cfg", ROLES_BYTES_MAX, &text, &size, fault);
    if (err == ERR_NOT_FOUND) {
        return roles_parse(roles_standard(), strlen(roles_standard()), policy, fault);
    }
    err = err ? err : roles_parse(text, size, policy, fault);
    free(text);
    return err;
}

err_t keyring_policy(const char *data_dir, const keyring_t *keyring, policy_t **ret, fault_t *fault)
{
    policy_t *policy = policy_new();
    err_t err = add_roles(data_dir, policy, fault);
    for (size_t i = 0; i < keyring->count && err == ERR_OK; i++) {
        err = policy_add_user(policy, keyring->items[i].name, keyring->items[i].role, fault);
    }
    if (err) {
        policy_destroy(&policy);
        return err;
    }
    *ret = policy;
    return ERR_OK;
}
