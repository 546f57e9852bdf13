// SPDX-License-Identifier: MPL-2.0
// Recipes: {"table": "a,b\n1,2\n", "recipe": [...]}. A recipe without issues either gives a preview
// or a complete fault; one with issues gives a fault; and the steps of a preview fit again.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "data/fit.h"
#include "data/inspect.h"
#include "data/preview.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { LARGE = 1 << 16 };

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

// A file in memory; its path is written to `path`. Returns the descriptor, -1 when there is none.
static int memory_file(const char *text, char path[64])
{
    size_t size = strlen(text);
    int fd = memfd_create("table", MFD_CLOEXEC);
    if (fd >= 0 && write(fd, text, size) != (ssize_t)size) {
        close(fd);
        fd = -1;
    }
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

static void fit_again(const json_t *description, const json_t *recipe, const json_t *steps)
{
    table_t *table = NULL;
    recipe_t parsed;
    json_t *issues = json_array();
    require(table_from_json(description, &table, NULL) == ERR_OK);
    recipe_parse(recipe, issues, &parsed);
    fit_t *fit = NULL;
    fault_t fault = {0};
    if (fit_from_steps(table, &parsed, steps, &fit, &fault) != ERR_OK) {
        require(fault.code == ERR_INVALID); // only when levels were cut for the preview
    }
    fit_destroy(&fit);
    recipe_release(&parsed);
    table_destroy(&table);
    json_decref(issues);
}

static void run(const char *path, const json_t *description, const json_t *recipe)
{
    json_t *issues = recipe_check(recipe, description);
    json_t *preview = NULL;
    fault_t fault = {0};
    err_t err = preview_make(path, description, recipe, NULL, &preview, &fault);
    require((err == ERR_OK) == (preview != NULL) && err == fault.code);
    require(json_array_size(issues) == 0 || err != ERR_OK);
    require(err == ERR_OK || fault.detail[0]);
    if (preview) {
        fit_again(description, recipe, json_object_get(preview, "steps"));
    }
    json_decref(preview);
    json_decref(issues);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    json_t *json = json_loadb((const char *)bytes, size, JSON_DECODE_ANY, NULL);
    const char *text = json_string_value(json_object_get(json, "table"));
    char path[64];
    int fd = text && strlen(text) < LARGE ? memory_file(text, path) : -1;
    json_t *description = NULL;
    if (fd >= 0 && inspect_file(path, NULL, &description, NULL) == ERR_OK) {
        run(path, description, json_object_get(json, "recipe"));
    }
    if (fd >= 0) {
        close(fd);
    }
    json_decref(description);
    json_decref(json);
    return 0;
}
