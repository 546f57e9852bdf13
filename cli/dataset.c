// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/settings.h"
#include "bus/transfer.h"
#include "cli/command.h"
#include "cli/grid.h"
#include "cli/platform.h"

// Whether files may be handed over in place, by the platform's own setting.
static bool shortcut(const args_t *args, const platform_t *platform)
{
    char file[DATADIR_SIZE];
    settings_t *settings = settings_new(datadir_config(args, platform->dir, file), NULL);
    bool allowed = !platform->keys && settings && settings_int(settings, "blob_shortcut") != 0;
    settings_destroy(&settings);
    return allowed;
}

static void print_dataset(const platform_t *platform, const json_t *dataset)
{
    const json_t *description = json_object_get(dataset, "description");
    if (platform->json) {
        platform_print_json(dataset);
        return;
    }
    printf("%s  %s  %lld rows\n", json_string_value(json_object_get(dataset, "id")),
           json_string_value(json_object_get(dataset, "name")),
           (long long)json_integer_value(json_object_get(description, "rows")));
    grid_print_objects(json_object_get(description, "columns"),
                       "name type missing distinct min max mean",
                       "COLUMN TYPE MISSING DISTINCT MIN MAX MEAN");
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static err_t upload(platform_t *platform, const args_t *args, const char *path, fault_t *fault)
{
    // Who may not upload hears it before the bytes are sent.
    msg_user_t user;
    err_t err = platform_ask(platform, METHOD_user_me,
                             &(msg_authorized_t){.token = platform->token}, &user, fault);
    if (err) {
        return err;
    }
    message_release(MSG_user, &user);
    char blob[TRANSFER_BLOB_SIZE];
    int64_t bytes = 0;
    err = transfer_put(platform->bus, path, shortcut(args, platform), blob, &bytes, fault);
    if (err) {
        return err;
    }
    msg_dataset_create_t create = {
        .token = platform->token, .name = args_value(args, "name", base_name(path)), .blob = blob};
    msg_dataset_t dataset;
    err = platform_ask(platform, METHOD_dataset_create, &create, &dataset, fault);
    if (err == ERR_OK) {
        print_dataset(platform, dataset.dataset);
        message_release(MSG_dataset, &dataset);
    }
    return err;
}

err_t upload_command(const args_t *args, fault_t *fault)
{
    const char *path = "";
    platform_t platform;
    err_t err = args_word(args, 0, "the file", &path, fault);
    err = err ? err : platform_open(args, &platform, fault);
    if (err) {
        return err;
    }
    err = upload(&platform, args, path, fault);
    platform_close(&platform);
    return err;
}

err_t datasets_command(const args_t *args, fault_t *fault)
{
    platform_t platform;
    err_t err = platform_open(args, &platform, fault);
    if (err) {
        return err;
    }
    msg_datasets_t datasets;
    err = platform_ask(&platform, METHOD_dataset_list, &(msg_authorized_t){.token = platform.token},
                       &datasets, fault);
    if (err == ERR_OK && platform.json) {
        platform_print_json(datasets.datasets);
    } else if (err == ERR_OK) {
        grid_print_objects(datasets.datasets, "id name rows columns bytes",
                           "DATASET NAME ROWS COLUMNS BYTES");
    }
    if (err == ERR_OK) {
        message_release(MSG_datasets, &datasets);
    }
    platform_close(&platform);
    return err;
}

static void print_preview(const json_t *preview)
{
    const json_t *after = json_object_get(preview, "after");
    grid_print_cells(json_object_get(after, "columns"), json_object_get(after, "rows"),
                     json_object_get(after, "changed"));
    printf("%lld rows become %lld; the first %zu are shown, changed cells have a *\n",
           (long long)json_integer_value(json_object_get(preview, "total_rows")),
           (long long)json_integer_value(json_object_get(preview, "rows_after")),
           json_array_size(json_object_get(after, "rows")));
}

err_t preview_command(const args_t *args, fault_t *fault)
{
    const char *id = "";
    json_t *recipe = NULL;
    platform_t platform;
    err_t err = args_word(args, 0, "the dataset", &id, fault);
    const char *file = args_value(args, "recipe", NULL);
    err = err ? err : file ? platform_read_json(file, &recipe, fault) : ERR_OK;
    err = err ? err : platform_open(args, &platform, fault);
    if (err) {
        json_decref(recipe);
        return err;
    }
    recipe = recipe ? recipe : json_array();
    msg_preview_t preview;
    msg_recipe_for_t message = {.token = platform.token, .id = id, .recipe = recipe};
    err = platform_ask(&platform, METHOD_dataset_preview, &message, &preview, fault);
    if (err == ERR_OK) {
        platform.json ? platform_print_json(preview.preview) : print_preview(preview.preview);
        message_release(MSG_preview, &preview);
    }
    json_decref(recipe);
    platform_close(&platform);
    return err;
}

// What `get` is to fetch: a dataset's table, or a job's file.
static err_t find_blob(platform_t *platform, const char *id, const char *name, char **ret_blob,
                       fault_t *fault)
{
    msg_by_id_t by_id = {.token = platform->token, .id = id};
    if (strncmp(id, "ds_", 3) == 0) {
        msg_dataset_t dataset;
        err_t err = platform_ask(platform, METHOD_dataset_get, &by_id, &dataset, fault);
        if (err == ERR_OK) {
            *ret_blob = mem_strdup(json_string_value(json_object_get(dataset.dataset, "blob")));
            message_release(MSG_dataset, &dataset);
        }
        return err;
    }
    msg_job_t job;
    err_t err = platform_ask(platform, METHOD_job_get, &by_id, &job, fault);
    if (err) {
        return err;
    }
    const json_t *files = json_object_get(job.job, "files");
    err = fault_set(fault, ERR_NOT_FOUND, "'autodp jobs JOB' lists its files",
                    "the job '%s' has no file '%s'", id, name);
    for (size_t i = 0; i < json_array_size(files); i++) {
        const json_t *file = json_array_get(files, i);
        if (strcmp(json_string_value(json_object_get(file, "name")), name) == 0) {
            *ret_blob = mem_strdup(json_string_value(json_object_get(file, "blob")));
            err = ERR_OK;
        }
    }
    message_release(MSG_job, &job);
    return err;
}

static err_t fetch(platform_t *platform, const char *blob, const char *output, fault_t *fault)
{
    char path[LIMIT_PATH_BYTES];
    err_t err = transfer_get(platform->bus, blob, false, output, path, fault);
    if (err == ERR_OK) {
        printf("%s\n", path);
    }
    return err;
}

err_t get_command(const args_t *args, fault_t *fault)
{
    const char *id = "";
    const char *name = "table.csv";
    err_t err = args_word(args, 0, "the job or dataset", &id, fault);
    if (err == ERR_OK && strncmp(id, "ds_", 3) != 0) {
        err = args_word(args, 1, "the file's name", &name, fault);
    }
    platform_t platform;
    err = err ? err : platform_open(args, &platform, fault);
    if (err) {
        return err;
    }
    char *blob = NULL;
    err = find_blob(&platform, id, name, &blob, fault);
    err = err ? err : fetch(&platform, blob, args_value(args, "output", base_name(name)), fault);
    free(blob);
    platform_close(&platform);
    return err;
}
