// SPDX-License-Identifier: MPL-2.0
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/mem.h"
#include "store/catalog.h"

enum { SECRET_BYTES = 32, HASH_SIZE = 2 * crypto_hash_sha256_BYTES + 1 };

static void hash_secret(const char *secret, char hash[HASH_SIZE])
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, (const unsigned char *)secret, strlen(secret));
    sodium_bin2hex(hash, HASH_SIZE, digest, sizeof digest);
}

static void make_secret(const char *prefix, char secret[SECRET_SIZE])
{
    unsigned char random[SECRET_BYTES];
    char hex[2 * SECRET_BYTES + 1];
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(hex, sizeof hex, random, sizeof random);
    snprintf(secret, SECRET_SIZE, "%s%s", prefix, hex);
}

err_t account_count(sql_t *catalog, int64_t *ret_count, fault_t *fault)
{
    return sql_int(catalog, 0, ret_count, fault, "SELECT count(*) FROM users", "");
}

err_t account_create(sql_t *catalog, const char *email, const char *password_hash,
                     json_t **ret_user, fault_t *fault)
{
    char id[ID_SIZE];
    id_new(id, "us_");
    err_t err = sql_run(catalog, fault,
                        "INSERT INTO users (id, email, password, role, created) VALUES (?1, ?2, ?3,"
                        " CASE WHEN EXISTS (SELECT 1 FROM users) THEN 'user' ELSE 'admin' END, ?4)",
                        "sssi", id, email, password_hash, clock_wall_ms());
    if (err == ERR_CONFLICT) {
        return fault_set(fault, ERR_CONFLICT, "log in, or use another address",
                         "there is already an account for '%s'", email);
    }
    return err ? err
               : sql_row(catalog, ret_user, fault,
                         "SELECT id, email, role, created FROM users WHERE id = ?1", "s", id);
}

err_t account_find(sql_t *catalog, const char *email, json_t **ret_user, char **ret_password_hash,
                   fault_t *fault)
{
    json_t *user = NULL;
    err_t err = sql_row(catalog, &user, fault,
                        "SELECT id, email, role, created, password FROM users WHERE email = ?1",
                        "s", email);
    if (err) {
        return err;
    }
    *ret_password_hash =
        user ? mem_strdup(json_string_value(json_object_get(user, "password"))) : NULL;
    json_object_del(user, "password");
    *ret_user = user;
    return ERR_OK;
}

err_t account_email(sql_t *catalog, const char *user, char **ret_email, fault_t *fault)
{
    json_t *row = NULL;
    err_t err = sql_row(catalog, &row, fault, "SELECT email FROM users WHERE id = ?1", "s", user);
    if (err == ERR_OK) {
        const char *email = json_string_value(json_object_get(row, "email"));
        *ret_email = mem_strdup(email ? email : "");
    }
    json_decref(row);
    return err;
}

err_t session_open(sql_t *catalog, const char *user, int64_t idle_ms, char ret_secret[SECRET_SIZE],
                   fault_t *fault)
{
    char hash[HASH_SIZE];
    int64_t now = clock_wall_ms();
    make_secret("ses_", ret_secret);
    hash_secret(ret_secret, hash);
    err_t err = sql_run(catalog, fault, "DELETE FROM sessions WHERE used < ?1", "i", now - idle_ms);
    return err ? err
               : sql_run(catalog, fault,
                         "INSERT INTO sessions (hash, user, used) VALUES (?1, ?2, ?3)", "ssi", hash,
                         user, now);
}

enum { TOUCH_MS = 60 * 1000 }; // a session's use is written at most once a minute

static err_t session_touch(sql_t *catalog, const char *hash, int64_t now, fault_t *fault)
{
    return sql_run(catalog, fault,
                   "UPDATE sessions SET used = ?2 WHERE hash = ?1 AND used < ?2 - ?3", "sii", hash,
                   now, (int64_t)TOUCH_MS);
}

err_t session_user(sql_t *catalog, const char *secret, int64_t idle_ms, json_t **ret_user,
                   fault_t *fault)
{
    char hash[HASH_SIZE];
    hash_secret(secret, hash);
    int64_t now = clock_wall_ms();
    json_t *user = NULL;
    err_t err = sql_row(catalog, &user, fault,
                        "SELECT u.id, u.email, u.role, u.created FROM users u WHERE"
                        " u.id = (SELECT user FROM sessions WHERE hash = ?1 AND used >= ?2) OR"
                        " u.id = (SELECT user FROM tokens WHERE hash = ?1)",
                        "si", hash, now - idle_ms);
    if (err == ERR_OK && !user) {
        return fault_set(fault, ERR_UNAUTHENTICATED, "log in again, or use a valid API token",
                         "the session or token is unknown or has ended");
    }
    if (err == ERR_OK && session_touch(catalog, hash, now, fault) == ERR_OK) {
        *ret_user = user;
        return ERR_OK;
    }
    json_decref(user);
    return err ? err : ERR_IO;
}

err_t session_close(sql_t *catalog, const char *secret, fault_t *fault)
{
    char hash[HASH_SIZE];
    hash_secret(secret, hash);
    return sql_run(catalog, fault, "DELETE FROM sessions WHERE hash = ?1", "s", hash);
}

err_t token_create(sql_t *catalog, const char *user, const char *name, char ret_id[],
                   char ret_secret[SECRET_SIZE], fault_t *fault)
{
    char hash[HASH_SIZE];
    id_new(ret_id, "tk_");
    make_secret("adp_", ret_secret);
    hash_secret(ret_secret, hash);
    return sql_run(catalog, fault,
                   "INSERT INTO tokens (id, hash, user, name, created) VALUES (?1, ?2, ?3, ?4, ?5)",
                   "ssssi", ret_id, hash, user, name, clock_wall_ms());
}

err_t token_list(sql_t *catalog, const char *user, json_t **ret_tokens, fault_t *fault)
{
    return sql_rows(catalog, ret_tokens, fault,
                    "SELECT id, name, created FROM tokens WHERE user = ?1 ORDER BY created", "s",
                    user);
}

err_t token_delete(sql_t *catalog, const char *user, const char *id, fault_t *fault)
{
    err_t err =
        sql_run(catalog, fault, "DELETE FROM tokens WHERE user = ?1 AND id = ?2", "ss", user, id);
    if (err == ERR_OK && sql_changed(catalog) == 0) {
        return fault_set(fault, ERR_NOT_FOUND, "list your tokens to see their ids",
                         "there is no token '%s'", id);
    }
    return err;
}
