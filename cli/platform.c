// SPDX-License-Identifier: MPL-2.0
#include "cli/platform.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

enum { CONNECT_MS = 3000 };

static char *token_path(bool make)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    char *base =
        config && *config ? mem_strdup(config) : text_format("%s/.config", home ? home : "");
    char *folder = text_format("%s/autodp", base);
    if (make) {
        mkdir(base, 0700);
        mkdir(folder, 0700);
    }
    char *path = text_format("%s/token", folder);
    free(base);
    free(folder);
    return path;
}

static char *read_token(void)
{
    const char *given = getenv("AUTODP_TOKEN");
    if (given) {
        return mem_strdup(given);
    }
    char text[LIMIT_TOKEN_BYTES + 1] = "";
    char *path = token_path(false);
    FILE *file = fopen(path, "re");
    if (file) {
        if (!fgets(text, sizeof text, file)) {
            text[0] = '\0';
        }
        fclose(file);
    }
    free(path);
    text[strcspn(text, "\n")] = '\0';
    return mem_strdup(text);
}

err_t platform_keep_token(platform_t *platform, const char *token, fault_t *fault)
{
    char *path = token_path(true);
    unlink(path);
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    err_t err =
        fd >= 0 && dprintf(fd, "%s\n", token) > 0 ? ERR_OK : fault_errno(fault, ERR_IO, path);
    if (fd >= 0) {
        close(fd);
    }
    free(path);
    free(platform->token);
    platform->token = mem_strdup(token);
    return err;
}

static err_t unreached(const platform_t *platform, fault_t *fault)
{
    const fault_t *trouble = bus_trouble(platform->bus);
    if (trouble) {
        *fault = *trouble;
        return trouble->code;
    }
    if (platform->keys) {
        return fault_set(
            fault, ERR_UNAVAILABLE,
            "see that it runs, that 'bus_listen' is set there, and that the key is one "
            "of 'autodp keys ls'",
            "no platform answers to the key in '%.200s'", platform->keys);
    }
    return fault_set(fault, ERR_UNAVAILABLE, "start it with 'autodp up', or use --data",
                     "no platform answers in '%s'", platform->dir);
}

// Waits until the broker answers.
static err_t connect_bus(platform_t *platform, fault_t *fault)
{
    char instance[32];
    snprintf(instance, sizeof instance, "%d", getpid());
    bus_options_t options = {.endpoint = platform->keys ? NULL : platform->endpoint,
                             .keys = platform->keys,
                             .name = "cli",
                             .instance = instance};
    platform->bus = bus_new(&options, fault);
    if (!platform->bus) {
        return fault->code;
    }
    bool never = false;
    for (int waited = 0; !bus_connected(platform->bus) && waited < CONNECT_MS; waited += 10) {
        bus_run(platform->bus, &never, 10);
    }
    return bus_connected(platform->bus) ? ERR_OK : unreached(platform, fault);
}

err_t platform_open(const args_t *args, platform_t *ret_platform, fault_t *fault)
{
    *ret_platform = (platform_t){.json = args_has(args, "json"),
                                 .keys = args_value(args, "keys", getenv("AUTODP_KEYS"))};
    err_t err = datadir_find(args, ret_platform->dir, fault);
    err = err || ret_platform->keys
              ? err
              : endpoint_path(ret_platform->endpoint, ret_platform->dir, ENDPOINT_BROKER, fault);
    err = err ? err : connect_bus(ret_platform, fault);
    ret_platform->token = read_token();
    if (err) {
        platform_close(ret_platform);
    }
    return err;
}

void platform_close(platform_t *platform)
{
    bus_destroy(&platform->bus);
    free(platform->token);
    platform->token = NULL;
}

err_t platform_ask(platform_t *platform, method_t method, const void *message, void *ret,
                   fault_t *fault)
{
    const method_row_t *row = method_row(method);
    buf_t packed = {0};
    buf_t answer = {0};
    message_pack(row->request, message, &packed);
    err_t err =
        bus_call_wait(platform->bus, row->service, row->name, (bytes_t){packed.data, packed.size},
                      (bytes_t){0}, row->deadline_ms, row->idempotent, &answer, NULL, fault);
    err = err ? err : message_unpack(row->answer, answer.data, answer.size, ret, fault);
    buf_release(&packed);
    buf_release(&answer);
    return err;
}

err_t platform_read_json(const char *path, json_t **ret_json, fault_t *fault)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (!file) {
        return fault_errno(fault, ERR_NOT_FOUND, path);
    }
    char *text = mem_new(LIMIT_DOCUMENT_BYTES + 1);
    size_t size = fread(text, 1, LIMIT_DOCUMENT_BYTES + 1, file);
    if (file != stdin) {
        fclose(file);
    }
    json_error_t error;
    json_t *json = size <= LIMIT_DOCUMENT_BYTES ? json_loadb(text, size, 0, &error) : NULL;
    free(text);
    if (size > LIMIT_DOCUMENT_BYTES) {
        return fault_set(fault, ERR_TOO_LARGE, NULL, "'%s' is larger than %d bytes", path,
                         LIMIT_DOCUMENT_BYTES);
    }
    if (!json) {
        fault_set(fault, ERR_INVALID, "mend the JSON", "'%s', column %d: %s", path, error.column,
                  error.text);
        fault_at(fault, error.line, 0, NULL);
        return ERR_INVALID;
    }
    *ret_json = json;
    return ERR_OK;
}

void platform_print_json(const json_t *json)
{
    json_dumpf(json, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY);
    printf("\n");
}
