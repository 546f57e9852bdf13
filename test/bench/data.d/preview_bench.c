// SPDX-License-Identifier: MPL-2.0
// preview_bench FILE RECIPE.json: previews and checks in process, over an imported table. Prints
// one line of JSON: milliseconds.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "data/engine/check.h"
#include "data/engine/preview.h"
#include "data/frame/import.h"

enum { TIMES = 1000 };

static double now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static double preview_once(const frame_t *frame, const json_t *recipe, fit_cache_t *cache)
{
    fault_t fault;
    json_t *made = NULL;
    preview_t preview = {.frame = frame, .recipe = recipe, .cache = cache};
    double begun = now_ms();
    if (preview_make(&preview, &made, &fault) != ERR_OK) {
        fprintf(stderr, "%s\n", fault.detail);
        exit(1);
    }
    double taken = now_ms() - begun;
    json_decref(made);
    return taken;
}

static double check_once(const frame_t *frame, const json_t *recipe)
{
    double begun = now_ms();
    json_decref(recipe_check(recipe, frame_description(frame)));
    return now_ms() - begun;
}

// One reading of the columns that the recipe's steps name, decoded.
static double scan(const frame_t *frame, const json_t *recipe)
{
    size_t count = 0;
    size_t *columns = calloc(frame_columns(frame), sizeof *columns);
    for (size_t c = 0; c < frame_columns(frame); c++) {
        size_t i;
        size_t j;
        json_t *step;
        json_t *name;
        bool used = false;
        json_array_foreach(recipe, i, step)
        {
            json_array_foreach(json_object_get(step, "columns"), j, name)
            {
                used = used || frame_find(frame, json_string_value(name)) == (int64_t)c;
            }
        }
        columns[count] = c;
        count += used;
    }
    stripe_t *stripe = stripe_new(frame);
    fault_t fault;
    double begun = now_ms();
    for (size_t s = 0; s < frame_stripes(frame); s++) {
        if (stripe_load(stripe, s, columns, count, &fault) != ERR_OK) {
            exit(1);
        }
        for (size_t i = 0; i < count; i++) {
            stripe_vector(stripe, columns[i]);
        }
    }
    double taken = now_ms() - begun;
    stripe_destroy(&stripe);
    free(columns);
    return taken;
}

int main(int argc, char **argv)
{
    static double cached[TIMES];
    static double checked[TIMES];
    fault_t fault;
    int fd = -1;
    frame_t *frame = NULL;
    json_t *description = NULL;
    json_t *recipe = argc > 2 ? json_load_file(argv[2], 0, NULL) : NULL;
    import_t import = {0};
    if (!recipe || import_scratch(NULL, &fd, &fault) != ERR_OK ||
        import_run(argv[1], &import, fd, &description, &fault) != ERR_OK ||
        frame_open_fd(fd, &frame, &fault) != ERR_OK) {
        return 1;
    }
    scan(frame, recipe);
    double scanned = scan(frame, recipe);
    fit_cache_t *cache = fit_cache_new();
    double cold = preview_once(frame, recipe, NULL);
    double first = preview_once(frame, recipe, cache);
    for (int i = 0; i < TIMES; i++) {
        cached[i] = preview_once(frame, recipe, cache);
        checked[i] = check_once(frame, recipe);
    }
    qsort(cached, TIMES, sizeof *cached, by_value);
    qsort(checked, TIMES, sizeof *checked, by_value);
    printf("{\"scan\": %.3f, \"cold\": %.3f, \"cached_p50\": %.3f, \"cached_p99\": %.3f, "
           "\"check_p50\": %.3f, \"check_p99\": %.3f}\n",
           scanned, cold < first ? cold : first, cached[TIMES / 2], cached[TIMES * 99 / 100],
           checked[TIMES / 2], checked[TIMES * 99 / 100]);
    fit_cache_destroy(&cache);
    frame_destroy(&frame);
    json_decref(description);
    json_decref(recipe);
    return 0;
}
