// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/platform.h"

static err_t read_line(FILE *file, const char *what, char password[LIMIT_PASSWORD_BYTES + 2],
                       fault_t *fault)
{
    if (!fgets(password, LIMIT_PASSWORD_BYTES + 2, file)) {
        return fault_set(fault, ERR_INVALID, "use --password-file, $AUTODP_PASSWORD, or type it",
                         "no password in %s", what);
    }
    password[strcspn(password, "\r\n")] = '\0';
    return ERR_OK;
}

// From the terminal, without showing it.
static err_t ask_password(char password[LIMIT_PASSWORD_BYTES + 2], fault_t *fault)
{
    struct termios before;
    bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
    if (terminal) {
        struct termios quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
        fprintf(stderr, "Password: ");
    }
    err_t err = read_line(stdin, "the standard input", password, fault);
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fprintf(stderr, "\n");
    }
    return err;
}

static err_t get_password(const args_t *args, char password[LIMIT_PASSWORD_BYTES + 2],
                          fault_t *fault)
{
    const char *path = args_value(args, "password-file", NULL);
    const char *given = getenv("AUTODP_PASSWORD");
    if (path) {
        FILE *file = fopen(path, "re");
        if (!file) {
            return fault_errno(fault, ERR_NOT_FOUND, path);
        }
        err_t err = read_line(file, path, password, fault);
        fclose(file);
        return err;
    }
    if (given) {
        text_copy(password, LIMIT_PASSWORD_BYTES + 2, given);
        return ERR_OK;
    }
    return ask_password(password, fault);
}

static err_t log_in(platform_t *platform, const args_t *args, method_t method, const char *email,
                    fault_t *fault)
{
    char password[LIMIT_PASSWORD_BYTES + 2];
    err_t err = get_password(args, password, fault);
    if (err) {
        return err;
    }
    msg_credentials_t credentials = {.email = email, .password = password};
    msg_session_t session;
    err = platform_ask(platform, method, &credentials, &session, fault);
    explicit_bzero(password, sizeof password);
    if (err) {
        return err;
    }
    err = platform_keep_token(platform, session.token, fault);
    if (platform->json) {
        platform_print_json(session.user);
    } else {
        printf("%s %s (%s)\n", method == METHOD_user_login ? "logged in as" : "made the account",
               email, json_string_value(json_object_get(session.user, "role")));
    }
    message_release(MSG_session, &session);
    return err;
}

err_t user_command(const args_t *args, fault_t *fault)
{
    const char *verb = "";
    const char *email = "";
    err_t err = args_word(args, 0, "'add' or 'login'", &verb, fault);
    err = err ? err : args_word(args, 1, "the mail address", &email, fault);
    bool add = strcmp(verb, "add") == 0;
    if (err == ERR_OK && !add && strcmp(verb, "login") != 0) {
        err = fault_set(fault, ERR_INVALID, "use 'user add' or 'user login'",
                        "there is no command 'user %s'", verb);
    }
    platform_t platform;
    err = err ? err : platform_open(args, &platform, fault);
    if (err) {
        return err;
    }
    err = log_in(&platform, args, add ? METHOD_user_register : METHOD_user_login, email, fault);
    platform_close(&platform);
    return err;
}

static err_t token_create(platform_t *platform, const args_t *args, fault_t *fault)
{
    const char *name = "";
    err_t err = args_word(args, 1, "the token's name", &name, fault);
    msg_named_t named = {.token = platform->token, .name = name};
    msg_token_secret_t secret;
    err = err ? err : platform_ask(platform, METHOD_token_create, &named, &secret, fault);
    if (err == ERR_OK) {
        printf("%s\n", secret.token);
        fprintf(stderr, "token %s; it is shown only this once\n", secret.id);
        message_release(MSG_token_secret, &secret);
    }
    return err;
}

static err_t token_list(platform_t *platform, fault_t *fault)
{
    msg_tokens_t tokens;
    err_t err = platform_ask(platform, METHOD_token_list,
                             &(msg_authorized_t){.token = platform->token}, &tokens, fault);
    if (err == ERR_OK) {
        platform_print_json(tokens.tokens);
        message_release(MSG_tokens, &tokens);
    }
    return err;
}

static err_t token_remove(platform_t *platform, const args_t *args, fault_t *fault)
{
    const char *id = "";
    err_t err = args_word(args, 1, "the token's id", &id, fault);
    msg_empty_t empty;
    msg_by_id_t by_id = {.token = platform->token, .id = id};
    return err ? err : platform_ask(platform, METHOD_token_delete, &by_id, &empty, fault);
}

err_t token_command(const args_t *args, fault_t *fault)
{
    const char *verb = "";
    err_t err = args_word(args, 0, "'create', 'ls' or 'rm'", &verb, fault);
    platform_t platform;
    err = err ? err : platform_open(args, &platform, fault);
    if (err) {
        return err;
    }
    if (strcmp(verb, "create") == 0) {
        err = token_create(&platform, args, fault);
    } else if (strcmp(verb, "ls") == 0) {
        err = token_list(&platform, fault);
    } else if (strcmp(verb, "rm") == 0) {
        err = token_remove(&platform, args, fault);
    } else {
        err = fault_set(fault, ERR_INVALID, "use 'token create', 'token ls' or 'token rm'",
                        "there is no command 'token %s'", verb);
    }
    platform_close(&platform);
    return err;
}
