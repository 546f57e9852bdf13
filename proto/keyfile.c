// SPDX-License-Identifier: MPL-2.0
#include "proto/keyfile.h"

#include <czmq.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "proto/name.h"

static const char Z85[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                          ".-:+=^!/*?&<>()[]{}@%$#";

bool key_check(const char *text)
{
    return strlen(text) == KEY_SIZE - 1 && strspn(text, Z85) == KEY_SIZE - 1;
}

static err_t take(zconfig_t *root, const char *name, char *to, size_t size, fault_t *fault)
{
    const char *value = zconfig_get(root, name, "");
    if (*value == '\0' || strlen(value) >= size) {
        return fault_set(fault, ERR_INVALID, "make it with 'autodp keys new'",
                         "the key file has no valid '%s'", name);
    }
    text_copy(to, size, value);
    return ERR_OK;
}

static err_t take_key(zconfig_t *root, const char *name, char to[KEY_SIZE], fault_t *fault)
{
    err_t err = take(root, name, to, KEY_SIZE, fault);
    if (err == ERR_OK && !key_check(to)) {
        err = fault_set(fault, ERR_INVALID, "make it with 'autodp keys new'",
                        "the key file's '%s' is no key", name);
    }
    return err;
}

static err_t take_all(zconfig_t *root, keyfile_t *keyfile, fault_t *fault)
{
    char endpoint[ENDPOINT_SIZE];
    err_t err = take(root, "name", keyfile->name, sizeof keyfile->name, fault);
    err = err ? err : name_check(view_of(keyfile->name), "key", fault);
    err = err ? err : take(root, "role", keyfile->role, sizeof keyfile->role, fault);
    err = err ? err : take(root, "endpoint", keyfile->endpoint, sizeof keyfile->endpoint, fault);
    err = err ? err : endpoint_remote(endpoint, keyfile->endpoint, ENDPOINT_BROKER, fault);
    err = err ? err : take_key(root, "broker", keyfile->broker, fault);
    err = err ? err : take_key(root, "public", keyfile->public_key, fault);
    return err ? err : take_key(root, "secret", keyfile->secret_key, fault);
}

err_t keyfile_read(const char *path, keyfile_t *ret, fault_t *fault)
{
    struct stat status;
    if (stat(path, &status) < 0) {
        return fault_errno(fault, ERR_NOT_FOUND, path);
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return fault_set(fault, ERR_FORBIDDEN, "chmod 600, and make a new key if others saw it",
                         "the key file '%s' can be read by others", path);
    }
    zconfig_t *root = zconfig_load(path);
    if (!root) {
        return fault_set(fault, ERR_INVALID, "make it with 'autodp keys new'",
                         "'%s' is no key file", path);
    }
    keyfile_t keyfile;
    err_t err = take_all(root, &keyfile, fault);
    zconfig_destroy(&root);
    if (err == ERR_OK) {
        *ret = keyfile;
    }
    return err;
}

err_t keyfile_write(const char *path, const keyfile_t *keyfile, fault_t *fault)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        return errno == EEXIST ? fault_set(fault, ERR_CONFLICT, "name another one with --out",
                                           "there is a file '%s' already", path)
                               : fault_errno(fault, ERR_IO, path);
    }
    bool good = dprintf(file,
                        "#   A key of AutoDP's bus. It is a secret: keep it like a password.\n"
                        "name = \"%s\"\nrole = \"%s\"\nendpoint = \"%s\"\nbroker = \"%s\"\n"
                        "public = \"%s\"\nsecret = \"%s\"\n",
                        keyfile->name, keyfile->role, keyfile->endpoint, keyfile->broker,
                        keyfile->public_key, keyfile->secret_key) > 0 &&
                fsync(file) == 0;
    err_t err = good ? ERR_OK : fault_errno(fault, ERR_IO, path);
    close(file);
    return err;
}
