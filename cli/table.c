// SPDX-License-Identifier: MPL-2.0
#include "cli/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/frame/import.h"

err_t table_read_json(const char *path, json_t **ret_json, fault_t *fault)
{
    json_error_t error;
    *ret_json = strcmp(path, "-") == 0 ? json_loadf(stdin, JSON_REJECT_DUPLICATES, &error)
                                       : json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    return *ret_json ? ERR_OK
                     : fault_set(fault, ERR_INVALID, "write a JSON document there",
                                 "'%s' cannot be read: %s (line %d)", path, error.text, error.line);
}

err_t table_options(const args_t *args, json_t **ret_options, fault_t *fault)
{
    static const char *const texts[] = {"encoding", "delimiter", "quote", "decimal"};
    const char *path = args_value(args, "import", NULL);
    json_t *options = json_object();
    if (path) {
        json_decref(options);
        err_t err = table_read_json(path, &options, fault);
        if (err != ERR_OK) {
            return err;
        }
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (args_has(args, texts[i])) {
            json_object_set_new(options, texts[i], json_string(args_value(args, texts[i], "")));
        }
    }
    if (args_has(args, "no-header")) {
        json_object_set_new(options, "header", json_false());
    }
    if (args_has(args, "lenient")) {
        json_object_set_new(options, "lenient", json_true());
    }
    *ret_options = options;
    return ERR_OK;
}

size_t table_threads(const args_t *args)
{
    return (size_t)strtoul(args_value(args, "threads", "0"), NULL, 10);
}

err_t table_open(const args_t *args, const char *path, const table_wish_t *wish,
                 frame_t **ret_frame, fault_t *fault)
{
    json_t *options = NULL;
    json_t *description = NULL;
    int fd = -1;
    err_t err = table_options(args, &options, fault);
    err = err == ERR_OK ? import_scratch(args_value(args, "scratch", NULL), &fd, fault) : err;
    import_t import = {
        .options = options, .threads = table_threads(args), .hash = args_has(args, "hash")};
    if (err == ERR_OK && wish->columns) {
        json_object_set(options, "columns", (json_t *)wish->columns);
    }
    if (wish->wanted) {
        import.typed = wish->wanted->typed;
        import.skipped = wish->wanted->skipped;
    }
    err = err == ERR_OK ? import_run(path, &import, fd, &description, fault) : err;
    json_decref(options);
    json_decref(description);
    if (err == ERR_OK) {
        return frame_open_fd(fd, ret_frame, fault);
    }
    if (fd >= 0) {
        close(fd);
    }
    return err;
}
