// SPDX-License-Identifier: MPL-2.0
// step_run IN.csv RECIPE OUT.csv: a recipe (JSON) over a CSV file by the columnar engine; the
// "Process result" is written to the standard output.
#include <stdio.h>
#include <unistd.h>

#include "data/engine/process.h"
#include "data/frame/import.h"

static err_t run(const char *input, const json_t *recipe, const char *output, fault_t *fault)
{
    int fd = -1;
    json_t *description = NULL;
    json_t *result = NULL;
    frame_t *frame = NULL;
    import_t import = {0};
    err_t err = import_scratch(NULL, &fd, fault);
    if (err != ERR_OK) {
        return err;
    }
    err = import_run(input, &import, fd, &description, fault);
    json_decref(description);
    if (err != ERR_OK) {
        close(fd);
        return err;
    }
    err = frame_open_fd(fd, &frame, fault);
    process_t process = {.frame = frame, .recipe = recipe, .output = output, .threads = 2};
    err = err == ERR_OK ? process_run(&process, &result, fault) : err;
    if (err == ERR_OK) {
        json_dumpf(result, stdout, JSON_REAL_PRECISION(17));
    }
    json_decref(result);
    frame_destroy(&frame);
    return err;
}

int main(int argc, char **argv)
{
    json_t *recipe = argc == 4 ? json_loads(argv[2], 0, NULL) : NULL;
    if (!recipe) {
        fprintf(stderr, "usage: step_run IN.csv RECIPE OUT.csv\n");
        return 64;
    }
    fault_t fault = {0};
    err_t err = run(argv[1], recipe, argv[3], &fault);
    json_decref(recipe);
    if (err != ERR_OK) {
        fprintf(stderr, "%s: %s\n", err_name(err), fault.detail);
    }
    return err == ERR_OK ? 0 : err_exit(err);
}
