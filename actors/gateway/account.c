// SPDX-License-Identifier: MPL-2.0
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "actors/gateway/state.h"
#include "base/log.h"
#include "base/mem.h"

enum { PASSWORD_LEAST = 8 };

// A password on its way through the pool: hashed for a new user, or compared for a login.
typedef struct {
    request_t request;
    char *email;
    char *password;
    char *stored; // NULL: hash the password; otherwise compare it with this
    json_t *user; // of a login; NULL when there is no such user
    char hash[crypto_pwhash_STRBYTES];
    bool ok;
} secret_t;

static void secret_free(secret_t *secret)
{
    sodium_memzero(secret->password, strlen(secret->password));
    free(secret->email);
    free(secret->password);
    free(secret->stored);
    json_decref(secret->user);
    free(secret);
}

// argon2id (RFC 9106) at libsodium's "interactive" cost: about 60 ms and 64 MiB.
static void work(void *context)
{
    secret_t *secret = context;
    size_t length = strlen(secret->password);
    secret->ok = secret->stored
                     ? crypto_pwhash_str_verify(secret->stored, secret->password, length) == 0
                     : crypto_pwhash_str(secret->hash, secret->password, length,
                                         crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                         crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
}

static void answer_session(actor_t *actor, const request_t *request, json_t *user)
{
    const gateway_t *gateway = actor_state(actor);
    fault_t fault;
    char token[SECRET_SIZE];
    err_t err =
        session_open(gateway->catalog, door_user_id(user), gateway->session_idle_ms, token, &fault);
    door_reply(actor, request, err, &fault, &(msg_session_t){.user = user, .token = token});
}

static void registered(actor_t *actor, void *context)
{
    gateway_t *gateway = actor_state(actor);
    secret_t *secret = context;
    gateway->hashing--;
    fault_t fault;
    err_t err =
        secret->ok
            ? account_create(gateway->catalog, secret->email, secret->hash, &secret->user, &fault)
            : fault_set(&fault, ERR_MEMORY, "try again later", "the password could not be hashed");
    if (err) {
        actor_refuse(actor, &secret->request, &fault);
    } else {
        log_event(LOG_INFO, "user.registered", "%s", door_user_id(secret->user));
        answer_session(actor, &secret->request, secret->user);
    }
    secret_free(secret);
}

static void logged_in(actor_t *actor, void *context)
{
    gateway_t *gateway = actor_state(actor);
    secret_t *secret = context;
    gateway->hashing--;
    if (secret->ok && secret->user) {
        answer_session(actor, &secret->request, secret->user);
    } else {
        fault_t fault;
        fault_set(&fault, ERR_UNAUTHENTICATED, "check both and try again",
                  "the address or the password is wrong");
        actor_refuse(actor, &secret->request, &fault);
    }
    secret_free(secret);
}

static void hash_start(actor_t *actor, const request_t *request, msg_credentials_t *message,
                       char *stored, json_t *user, actor_done_fn *done)
{
    gateway_t *gateway = actor_state(actor);
    secret_t *secret = mem_new(sizeof *secret);
    *secret = (secret_t){.request = *request,
                         .email = mem_strdup(message->email),
                         .password = mem_strdup(message->password),
                         .stored = stored,
                         .user = user};
    gateway->hashing++;
    actor_offload(actor, work, done, secret);
}

static err_t check_busy(const gateway_t *gateway, fault_t *fault)
{
    return gateway->hashing < HASHES_MAX ? ERR_OK
                                         : fault_set(fault, ERR_BUSY, "try again in a few seconds",
                                                     "too many logins at once");
}

static err_t check_registration(actor_t *actor, const msg_credentials_t *message, fault_t *fault)
{
    const gateway_t *gateway = actor_state(actor);
    int64_t users = 0;
    err_t err = account_count(gateway->catalog, &users, fault);
    if (err) {
        return err;
    }
    if (users > 0 && strcmp(actor_setting(actor, "registration"), "open") != 0) {
        return fault_set(fault, ERR_FORBIDDEN, "ask the admin for an account",
                         "registration is closed");
    }
    const char *at = strchr(message->email, '@');
    if (!at || at == message->email || at[1] == '\0' || strpbrk(message->email, " \t\r\n<>,;\"")) {
        return fault_set(fault, ERR_INVALID, "use an address like name@example.org",
                         "'%s' is not a mail address", message->email);
    }
    if (strlen(message->password) < PASSWORD_LEAST) {
        return fault_set(fault, ERR_INVALID, "use a longer password",
                         "the password has fewer than %d characters", PASSWORD_LEAST);
    }
    return check_busy(gateway, fault);
}

void account_register(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    fault_t fault;
    if (check_registration(actor, message, &fault)) {
        actor_refuse(actor, request, &fault);
        return;
    }
    hash_start(actor, request, message, NULL, NULL, registered);
}

// The hash of 32 random bytes nobody kept: what an unknown address is compared with, so that it
// takes as long as a known one.
static const char DECOY[] = "$argon2id$v=19$m=65536,t=2,p=1$eXAX1PCcqJljk7zzbfLCTg$"
                            "xxdEESR0JbUKiqWdY2PrwZidbBxj6BiGdeECxabo0O8";

void account_login(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const gateway_t *gateway = actor_state(actor);
    const msg_credentials_t *credentials = message;
    fault_t fault;
    json_t *user = NULL;
    char *stored = NULL;
    err_t err = check_busy(gateway, &fault);
    err = err ? err : door_login_allowed(actor, credentials->email, &fault);
    err = err ? err : account_find(gateway->catalog, credentials->email, &user, &stored, &fault);
    if (err) {
        actor_refuse(actor, request, &fault);
        return;
    }
    hash_start(actor, request, message, stored ? stored : mem_strdup(DECOY), user, logged_in);
}

void account_logout(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const gateway_t *gateway = actor_state(actor);
    const msg_authorized_t *authorized = message;
    fault_t fault;
    err_t err = session_close(gateway->catalog, authorized->token, &fault);
    door_reply(actor, request, err, &fault, &(msg_empty_t){0});
}

void account_me(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const msg_authorized_t *authorized = message;
    json_t *user = door_user(actor, request, authorized->token);
    if (user) {
        door_reply_document(actor, request, ERR_OK, NULL, user);
    }
}

void account_token_create(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const gateway_t *gateway = actor_state(actor);
    const msg_named_t *named = message;
    json_t *user = door_user(actor, request, named->token);
    if (!user) {
        return;
    }
    fault_t fault;
    char id[ID_SIZE];
    char secret[SECRET_SIZE];
    err_t err = token_create(gateway->catalog, door_user_id(user), named->name, id, secret, &fault);
    door_reply(actor, request, err, &fault,
               &(msg_token_secret_t){.id = id, .name = named->name, .token = secret});
    json_decref(user);
}

void account_token_list(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    door_list(actor, request, ((const msg_authorized_t *)message)->token, token_list);
}

void account_token_delete(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    door_remove(actor, request, message, token_delete);
}
