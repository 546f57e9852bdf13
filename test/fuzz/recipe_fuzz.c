// SPDX-License-Identifier: MPL-2.0
// Recipes: {"table": "a,b\n1,2\n", "recipe": [...]}. A recipe without issues either gives a preview
// or a complete fault; one with issues gives a fault; and the steps of a preview fit again.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "data/engine/check.h"
#include "data/engine/preview.h"
#include "data/engine/steps_json.h"
#include "data/frame/import.h"

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

static void restore(const frame_t *frame, const json_t *recipe, const json_t *steps)
{
    flow_t *flow = NULL;
    fault_t fault = {0};
    require(flow_read(frame, recipe, &flow, &fault) == ERR_OK);
    err_t err = steps_restore(flow, steps, &fault);
    // levels are cut for a preview; some steps hold for one table only
    require(err == ERR_OK || err == ERR_INVALID || err == ERR_UNSUPPORTED);
    flow_destroy(&flow);
}

static void run(const frame_t *frame, const json_t *recipe)
{
    json_t *issues = recipe_check(recipe, frame_description(frame));
    json_t *made = NULL;
    fault_t fault = {0};
    preview_t preview = {.frame = frame, .recipe = recipe, .threads = 1};
    err_t err = preview_make(&preview, &made, &fault);
    require((err == ERR_OK) == (made != NULL) && err == fault.code);
    require(json_array_size(issues) == 0 || err != ERR_OK);
    require(err == ERR_OK || fault.detail[0]);
    if (made) {
        restore(frame, recipe, json_object_get(made, "steps"));
    }
    json_decref(made);
    json_decref(issues);
}

// The table in columns, NULL when it cannot be one.
static frame_t *frame_of(const char *path)
{
    json_t *options = json_pack("{s:i}", "stripe_rows", 3);
    json_t *description = NULL;
    frame_t *frame = NULL;
    import_t import = {.options = options, .threads = 1};
    int fd = memfd_create("frame", MFD_CLOEXEC);
    if (import_run(path, &import, fd, &description, NULL) == ERR_OK) {
        frame_open_fd(fd, &frame, NULL);
    } else {
        close(fd);
    }
    json_decref(description);
    json_decref(options);
    return frame;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    json_t *json = json_loadb((const char *)bytes, size, JSON_DECODE_ANY, NULL);
    const char *text = json_string_value(json_object_get(json, "table"));
    char path[64];
    int fd = text && strlen(text) < LARGE ? memory_file(text, path) : -1;
    frame_t *frame = fd >= 0 ? frame_of(path) : NULL;
    if (frame) {
        run(frame, json_object_get(json, "recipe"));
    }
    frame_destroy(&frame);
    if (fd >= 0) {
        close(fd);
    }
    json_decref(json);
    return 0;
}
