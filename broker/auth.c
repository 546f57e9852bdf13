// SPDX-License-Identifier: MPL-2.0
#include "broker/auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "broker/keyring.h"

enum { REQUESTS_A_RUN = 256, PARTS_MAX = 8, PART_BYTES_MAX = 256, RAW_KEY_BYTES = 32 };

// ZMQ_ZAP_ENFORCE_DOMAIN, which zmq.h of 4.3 names for drafts only and libzmq always knows.
enum { ZAP_ENFORCE_DOMAIN = 93 };

// What tells that a file is another than before.
typedef struct {
    struct timespec changed;
    off_t size;
    ino_t number;
} stamp_t;

struct auth {
    void *socket;
    char *data_dir;
    char public_key[KEY_SIZE];
    char secret_key[KEY_SIZE];
    keyring_t keyring;
    map_t owners; // client_key_t by public key
    policy_t *policy;
    policy_t *previous; // until nobody can hold it
    stamp_t stamps[2];
};

static const char *const DOORS[] = {"bus", "heartbeat-in", "heartbeat-out"};

static void read_stamps(const auth_t *auth, stamp_t stamps[2])
{
    static const char *const FILES[] = {"clients", "roles.cfg"};
    for (size_t i = 0; i < 2; i++) {
        char path[KEYRING_PATH_SIZE];
        struct stat status;
        stamps[i] = (stamp_t){0};
        if (keyring_path(path, auth->data_dir, FILES[i], NULL) == ERR_OK &&
            stat(path, &status) == 0) {
            stamps[i] = (stamp_t){status.st_ctim, status.st_size, status.st_ino};
        }
    }
}

static bool same_stamps(const stamp_t a[2], const stamp_t b[2])
{
    bool same = true;
    for (size_t i = 0; i < 2; i++) {
        same = same && a[i].changed.tv_sec == b[i].changed.tv_sec &&
               a[i].changed.tv_nsec == b[i].changed.tv_nsec && a[i].size == b[i].size &&
               a[i].number == b[i].number;
    }
    return same;
}

static err_t load(auth_t *auth, fault_t *fault)
{
    keyring_t keyring;
    policy_t *policy = NULL;
    err_t err = keyring_read(auth->data_dir, &keyring, fault);
    if (err) {
        return err;
    }
    err = keyring_policy(auth->data_dir, &keyring, &policy, fault);
    if (err) {
        keyring_release(&keyring);
        return err;
    }
    map_release(&auth->owners);
    keyring_release(&auth->keyring);
    policy_destroy(&auth->previous);
    auth->previous = auth->policy;
    auth->policy = policy;
    auth->keyring = keyring;
    for (size_t i = 0; i < keyring.count; i++) {
        map_add(&auth->owners, keyring.items[i].public_key, KEY_SIZE - 1, &keyring.items[i]);
    }
    return ERR_OK;
}

err_t auth_new(void *context, const char *data_dir, auth_t **ret, fault_t *fault)
{
    auth_t *auth = mem_new(sizeof *auth);
    auth->data_dir = mem_strdup(data_dir);
    err_t err = keyring_broker(data_dir, auth->public_key, auth->secret_key, fault);
    read_stamps(auth, auth->stamps);
    err = err ? err : load(auth, fault);
    auth->socket = err ? NULL : zmq_socket(context, ZMQ_ROUTER);
    if (err == ERR_OK && (!auth->socket || zmq_bind(auth->socket, "inproc://zeromq.zap.01") < 0)) {
        err = fault_set(fault, ERR_IO, NULL, "ZAP: %s", zmq_strerror(zmq_errno()));
    }
    if (err) {
        auth_destroy(&auth);
        return err;
    }
    *ret = auth;
    return ERR_OK;
}

void auth_destroy(auth_t **auth)
{
    auth_t *old = *auth;
    if (!old) {
        return;
    }
    if (old->socket) {
        int linger_ms = 0;
        zmq_setsockopt(old->socket, ZMQ_LINGER, &linger_ms, sizeof linger_ms);
        zmq_close(old->socket);
    }
    map_release(&old->owners);
    keyring_release(&old->keyring);
    policy_destroy(&old->policy);
    policy_destroy(&old->previous);
    free(old->data_dir);
    explicit_bzero(old->secret_key, sizeof old->secret_key);
    free(old);
    *auth = NULL;
}

err_t auth_guard(const auth_t *auth, void *socket, auth_door_t door, fault_t *fault)
{
    int on = 1;
    // Without an answer from ZAP nobody comes in.
    if (zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &on, sizeof on) < 0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, auth->secret_key, KEY_SIZE) < 0 ||
        zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, DOORS[door], strlen(DOORS[door])) < 0 ||
        zmq_setsockopt(socket, ZAP_ENFORCE_DOMAIN, &on, sizeof on) < 0) {
        return fault_set(fault, ERR_UNSUPPORTED, "use a libzmq with CURVE", "CURVE: %s",
                         zmq_strerror(zmq_errno()));
    }
    return ERR_OK;
}

void *auth_socket(const auth_t *auth)
{
    return auth->socket;
}

const policy_t *auth_policy(const auth_t *auth)
{
    return auth->policy;
}

typedef struct {
    char bytes[PART_BYTES_MAX];
    size_t size;
} part_t;

// One request of libzmq: routing id, "", version, request id, domain, address, identity, mechanism,
// credentials. Returns the number of parts; 0 when there is none.
static int receive(void *socket, part_t parts[PARTS_MAX + 1])
{
    int count = 0;
    int more = 1;
    size_t more_size = sizeof more;
    while (more) {
        part_t extra;
        part_t *part = count <= PARTS_MAX ? &parts[count] : &extra;
        int n = zmq_recv(socket, part->bytes, sizeof part->bytes, ZMQ_DONTWAIT);
        if (n < 0) {
            return 0;
        }
        part->size = (size_t)n < sizeof part->bytes ? (size_t)n : 0;
        zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &more_size);
        count++;
    }
    return count;
}

static bool part_is(const part_t *part, const char *text)
{
    return part->size == strlen(text) && memcmp(part->bytes, text, part->size) == 0;
}

enum { ROUTE, EMPTY, VERSION, REQUEST, DOMAIN_, ADDRESS, IDENTITY, MECHANISM, CREDENTIALS };

// Whose key it is; NULL when it may not come in.
static const client_key_t *find_owner(const auth_t *auth, const part_t *parts, int count)
{
    char text[KEY_SIZE];
    const part_t *key = &parts[CREDENTIALS];
    if (count != CREDENTIALS + 1 || !part_is(&parts[MECHANISM], "CURVE") ||
        key->size != RAW_KEY_BYTES ||
        !zmq_z85_encode(text, (const uint8_t *)key->bytes, RAW_KEY_BYTES)) {
        return NULL;
    }
    const client_key_t *owner = map_get(&auth->owners, text, KEY_SIZE - 1);
    const role_t *role = owner ? policy_role_of(auth->policy, view_of(owner->name)) : NULL;
    bool listens = part_is(&parts[DOMAIN_], DOORS[AUTH_HEARTBEAT_OUT]);
    bool allowed =
        role && (!listens || role_allows(role, ACCESS_CONSUME, view_of("hb."), (view_t){0}));
    return allowed ? owner : NULL;
}

static void answer(const auth_t *auth, const part_t *parts, const client_key_t *owner)
{
    const char *user = owner ? owner->name : "";
    const part_t *head[] = {&parts[ROUTE], &parts[EMPTY], &parts[VERSION], &parts[REQUEST]};
    const char *rest[] = {owner ? "200" : "400", owner ? "OK" : "no such key", user, ""};
    for (size_t i = 0; i < 4; i++) {
        zmq_send(auth->socket, head[i]->bytes, head[i]->size, ZMQ_SNDMORE | ZMQ_DONTWAIT);
    }
    for (size_t i = 0; i < 4; i++) {
        zmq_send(auth->socket, rest[i], strlen(rest[i]), ZMQ_DONTWAIT | (i < 3 ? ZMQ_SNDMORE : 0));
    }
}

void auth_process(auth_t *auth)
{
    part_t parts[CREDENTIALS + 1];
    for (int i = 0; i < REQUESTS_A_RUN; i++) {
        int count = receive(auth->socket, parts);
        if (count == 0) {
            return;
        }
        if (count < CREDENTIALS) {
            continue;
        }
        const client_key_t *owner = find_owner(auth, parts, count);
        answer(auth, parts, owner);
        if (!owner) {
            log_event(LOG_INFO, "key.refused", "a client at %.*s, door %.*s",
                      (int)parts[ADDRESS].size, parts[ADDRESS].bytes, (int)parts[DOMAIN_].size,
                      parts[DOMAIN_].bytes);
        }
    }
}

bool auth_refresh(auth_t *auth)
{
    stamp_t stamps[2];
    read_stamps(auth, stamps);
    if (same_stamps(stamps, auth->stamps)) {
        return false;
    }
    memcpy(auth->stamps, stamps, sizeof stamps);
    fault_t fault;
    if (load(auth, &fault)) {
        log_event(LOG_ERROR, "keys.invalid", "%s; what was in force before stays so", fault.detail);
        return false;
    }
    log_event(LOG_INFO, "keys.changed", "%zu keys", auth->keyring.count);
    return true;
}

view_t auth_user(zmq_msg_t *message)
{
    const char *user = zmq_msg_gets(message, "User-Id");
    if (user) {
        return view_of(user);
    }
    const char *address = zmq_msg_gets(message, "Peer-Address");
    bool local = !address || strncmp(address, "localhost:", 10) == 0;
    if (local) {
        return (view_t){0};
    }
    return view_of("?");
}
