// SPDX-License-Identifier: MPL-2.0
// `autodp keys`: who may come from other hosts. It works on DATA/keys alone; a running broker sees
// the change within a second.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "base/settings.h"
#include "base/text.h"
#include "broker/keyring.h"
#include "broker/roles.h"
#include "cli/command.h"
#include "cli/datadir.h"
#include "cli/grid.h"
#include "cli/platform.h"

// Where clients reach the broker: --endpoint, or what it listens on; an address that stands for all
// of them is replaced by this host's name.
static err_t find_endpoint(const args_t *args, const char *dir, char endpoint[ENDPOINT_SIZE],
                           fault_t *fault)
{
    char file[DATADIR_SIZE];
    char host[65] = "localhost";
    settings_t *settings = settings_new(datadir_config(args, dir, file), fault);
    if (!settings) {
        return fault->code;
    }
    const char *listen = args_value(args, "endpoint", settings_text(settings, "bus_listen"));
    err_t err = *listen ? endpoint_remote(endpoint, listen, ENDPOINT_BROKER, fault)
                        : fault_set(fault, ERR_INVALID,
                                    "set 'bus_listen' in autodp.cfg, or give --endpoint",
                                    "the bus listens on no port");
    const char *const every[] = {"tcp://*:", "tcp://0.0.0.0:"};
    for (size_t i = 0; i < 2 && err == ERR_OK; i++) {
        if (strncmp(endpoint, every[i], strlen(every[i])) == 0) {
            gethostname(host, sizeof host - 1);
            char *named = text_format("tcp://%s:%s", host, endpoint + strlen(every[i]));
            err = endpoint_remote(endpoint, named, ENDPOINT_BROKER, fault);
            free(named);
        }
    }
    settings_destroy(&settings);
    return err;
}

static err_t fill(const args_t *args, const char *dir, const char *name, keyfile_t *keyfile,
                  fault_t *fault)
{
    const char *role = args_value(args, "role", "");
    if (*role == '\0') {
        return fault_set(fault, ERR_INVALID, "give --role; 'autodp keys roles' lists the roles",
                         "the role of key '%s' is missing", name);
    }
    text_copy(keyfile->name, sizeof keyfile->name, name);
    text_copy(keyfile->role, sizeof keyfile->role, role);
    err_t err = find_endpoint(args, dir, keyfile->endpoint, fault);
    err = err ? err : keyring_broker(dir, keyfile->broker, NULL, fault);
    if (err == ERR_OK && zmq_curve_keypair(keyfile->public_key, keyfile->secret_key) < 0) {
        err = fault_set(fault, ERR_UNSUPPORTED, "use a libzmq with CURVE", "no key can be made");
    }
    return err;
}

// The file first: a key that nobody holds would stay in the list.
static err_t keys_new(const args_t *args, const char *dir, fault_t *fault)
{
    const char *name = "";
    keyfile_t keyfile = {0};
    err_t err = args_word(args, 1, "the key's name", &name, fault);
    err = err ? err : fill(args, dir, name, &keyfile, fault);
    if (err) {
        return err;
    }
    char *made = text_format("%s.key", name);
    const char *out = args_value(args, "out", made);
    client_key_t key = {0};
    text_copy(key.name, sizeof key.name, name);
    text_copy(key.role, sizeof key.role, keyfile.role);
    text_copy(key.public_key, sizeof key.public_key, keyfile.public_key);
    err = keyfile_write(out, &keyfile, fault);
    if (err == ERR_OK) {
        err = keyring_add(dir, &key, fault);
        if (err) {
            unlink(out);
        } else {
            printf("%s: role %s, for %s\n", out, keyfile.role, keyfile.endpoint);
        }
    }
    explicit_bzero(&keyfile, sizeof keyfile);
    free(made);
    return err;
}

static err_t keys_list(const args_t *args, const char *dir, fault_t *fault)
{
    keyring_t keyring;
    err_t err = keyring_read(dir, &keyring, fault);
    if (err) {
        return err;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < keyring.count; i++) {
        const client_key_t *key = &keyring.items[i];
        json_array_append_new(list, json_pack("{ss ss ss}", "name", key->name, "role", key->role,
                                              "public", key->public_key));
    }
    if (args_has(args, "json")) {
        platform_print_json(list);
    } else {
        grid_print_objects(list, "name role public", "KEY ROLE PUBLIC");
    }
    json_decref(list);
    keyring_release(&keyring);
    return ERR_OK;
}

static err_t keys_remove(const args_t *args, const char *dir, fault_t *fault)
{
    const char *name = "";
    err_t err = args_word(args, 1, "the key's name", &name, fault);
    return err ? err : keyring_remove(dir, name, fault);
}

static err_t keys_roles(const char *dir, fault_t *fault)
{
    char *text = NULL;
    size_t size = 0;
    err_t err = keyring_load(dir, "roles.cfg", ROLES_BYTES_MAX, &text, &size, fault);
    if (err == ERR_NOT_FOUND) {
        printf("%s", roles_standard());
        return ERR_OK;
    }
    policy_t *policy = policy_new();
    err = err ? err : roles_parse(text, size, policy, fault);
    if (err == ERR_OK) {
        fwrite(text, 1, size, stdout);
    }
    policy_destroy(&policy);
    free(text);
    return err;
}

static err_t keys_broker(const char *dir, fault_t *fault)
{
    char public_key[KEY_SIZE];
    err_t err = keyring_broker(dir, public_key, NULL, fault);
    if (err == ERR_OK) {
        printf("%s\n", public_key);
    }
    return err;
}

err_t keys_command(const args_t *args, fault_t *fault)
{
    const char *verb = "";
    char dir[DATADIR_SIZE];
    err_t err = args_word(args, 0, "'new', 'ls', 'rm', 'roles' or 'broker'", &verb, fault);
    err = err ? err : datadir_find(args, dir, fault);
    err = err ? err : datadir_make(dir, fault);
    if (err) {
        return err;
    }
    if (strcmp(verb, "new") == 0) {
        return keys_new(args, dir, fault);
    }
    if (strcmp(verb, "ls") == 0) {
        return keys_list(args, dir, fault);
    }
    if (strcmp(verb, "rm") == 0) {
        return keys_remove(args, dir, fault);
    }
    if (strcmp(verb, "roles") == 0) {
        return keys_roles(dir, fault);
    }
    if (strcmp(verb, "broker") == 0) {
        return keys_broker(dir, fault);
    }
    return fault_set(fault, ERR_INVALID, "use 'keys new', 'ls', 'rm', 'roles' or 'broker'",
                     "there is no command 'keys %s'", verb);
}
