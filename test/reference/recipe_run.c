// SPDX-License-Identifier: MPL-2.0
// recipe_run FILE.csv RECIPE OUTPUT.csv [--threads N] [--rows N] [--import JSON]: a recipe (JSON)
// over a CSV file whose stripes have at most N rows; prints the result, or {"error", "detail",
// "step", "column"}.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/engine/process.h"
#include "test/unit/step/table.h"

int main(int count, char **values)
{
    if (count < 4) {
        return 64;
    }
    size_t rows = 0;
    json_t *options = NULL;
    process_t process = {.recipe = json_loads(values[2], 0, NULL), .output = values[3]};
    for (int i = 4; i + 1 < count; i += 2) {
        if (strcmp(values[i], "--threads") == 0) {
            process.threads = strtoul(values[i + 1], NULL, 10);
        } else if (strcmp(values[i], "--rows") == 0) {
            rows = strtoul(values[i + 1], NULL, 10);
        } else if (strcmp(values[i], "--import") == 0) {
            options = json_loads(values[i + 1], 0, NULL);
        }
    }
    fault_t fault = {0};
    frame_t *frame = NULL;
    json_t *result = NULL;
    err_t err = table_read(values[1], options, rows, &frame, &fault);
    process.frame = frame;
    err = err == ERR_OK ? process_run(&process, &result, &fault) : err;
    if (err != ERR_OK) {
        result = json_pack("{s:s, s:s, s:i, s:s}", "error", err_name(err), "detail", fault.detail,
                           "step", (int)fault.step, "column", fault.column);
    }
    json_dumpf(result, stdout, JSON_ENCODE_ANY);
    json_decref(result);
    json_decref(options);
    json_decref((json_t *)process.recipe);
    frame_destroy(&frame);
    return 0;
}
