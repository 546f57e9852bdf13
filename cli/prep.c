// SPDX-License-Identifier: MPL-2.0
// The engine as a tool: no platform, no data directory.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fault_json.h"
#include "cli/command.h"
#include "cli/grid.h"
#include "cli/table.h"
#include "data/engine/check.h"
#include "data/engine/preview.h"
#include "data/engine/process.h"
#include "data/engine/suggest.h"
#include "data/engine/wanted.h"
#include "data/expr/expr.h"
#include "data/profile/report_file.h"
#include "data/step/catalogue.h"

static err_t open_named(const args_t *args, const wanted_t *wanted, frame_t **ret_frame,
                        fault_t *fault)
{
    const char *path = NULL;
    err_t err = args_word(args, 0, "the file", &path, fault);
    table_wish_t wish = {.wanted = wanted};
    return err == ERR_OK ? table_open(args, path, &wish, ret_frame, fault) : err;
}

// --- prep --------------------------------------------------------------------------------------

// All issues at once, on stderr; the first one is the fault.
static err_t check_recipe(const frame_t *frame, const json_t *recipe, fault_t *fault)
{
    json_t *issues = recipe_check(recipe, frame_description(frame));
    size_t count = json_array_size(issues);
    err_t err = ERR_OK;
    for (size_t i = count; i > 0; i--) {
        err = fault_from_json(json_array_get(issues, i - 1), fault);
        if (i > 1) {
            command_print_fault(fault);
        }
    }
    json_decref(issues);
    return err;
}

static err_t read_style(const args_t *args, output_style_t *style, fault_t *fault)
{
    const char *delimiter = args_value(args, "out-delimiter", "");
    const char *path = args_value(args, "output", "");
    size_t size = strlen(path);
    if (strcmp(delimiter, "tab") == 0) {
        delimiter = "\t";
    }
    if (strlen(delimiter) > 1 || strpbrk(delimiter, "\"\n\r")) {
        return fault_set(fault, ERR_INVALID, "use one character, or tab",
                         "'%s' cannot be a delimiter", delimiter);
    }
    *style = (output_style_t){.delimiter = delimiter[0],
                              .quote_all = args_has(args, "quote-all"),
                              .bom = args_has(args, "bom"),
                              .gzip = size > 3 && strcmp(path + size - 3, ".gz") == 0};
    return ERR_OK;
}

static void print_summary(const json_t *result, double seconds)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "%lld rows in, %lld out, %lld bytes, %.2f s, peak memory %ld MB\n",
            (long long)json_integer_value(json_object_get(result, "rows_in")),
            (long long)json_integer_value(json_object_get(result, "rows_out")),
            (long long)json_integer_value(json_object_get(result, "bytes")), seconds,
            usage.ru_maxrss / 1024);
}

static err_t prep_table(const args_t *args, const frame_t *frame, const json_t *recipe,
                        int64_t began_ms, fault_t *fault)
{
    output_style_t style;
    json_t *result = NULL;
    const char *output = args_value(args, "output", "/dev/stdout");
    err_t err = read_style(args, &style, fault);
    err = err == ERR_OK ? check_recipe(frame, recipe, fault) : err;
    process_t process = {.frame = frame,
                         .consume = true,
                         .recipe = recipe,
                         .output = output,
                         .style = style,
                         .threads = table_threads(args),
                         .resume = args_has(args, "resume")};
    err = err == ERR_OK ? process_run(&process, &result, fault) : err;
    if (err == ERR_OK && args_has(args, "json")) {
        json_dumpf(result, stderr, JSON_INDENT(1));
        fputc('\n', stderr);
    } else if (err == ERR_OK) {
        print_summary(result, (double)(clock_mono_ms() - began_ms) / 1000);
    }
    json_decref(result);
    return err;
}

err_t prep_command(const args_t *args, fault_t *fault)
{
    int64_t began_ms = clock_mono_ms();
    json_t *recipe = NULL;
    frame_t *frame = NULL;
    const char *path = args_value(args, "recipe", NULL);
    err_t err = path ? table_read_json(path, &recipe, fault)
                     : fault_set(fault, ERR_INVALID, "give --recipe FILE", "there is no recipe");
    wanted_t wanted = {0};
    if (err == ERR_OK) {
        wanted_by(recipe, &wanted);
        err = open_named(args, &wanted, &frame, fault);
    }
    wanted_release(&wanted);
    err = err == ERR_OK ? prep_table(args, frame, recipe, began_ms, fault) : err;
    frame_destroy(&frame);
    json_decref(recipe);
    return err;
}

// --- steps ---------------------------------------------------------------------------------------

err_t steps_command(const args_t *args, fault_t *fault)
{
    (void)fault;
    json_t *steps = catalogue_json();
    if (args_has(args, "json")) {
        json_t *all = json_pack("{s:O, s:o}", "steps", steps, "functions", expr_catalogue());
        json_dumpf(all, stdout, JSON_INDENT(1));
        putchar('\n');
        json_decref(all);
    } else {
        grid_print_objects(steps, "op method title help", "OP METHOD TITLE WHAT");
    }
    json_decref(steps);
    return ERR_OK;
}

// --- suggest, inspect, profile -----------------------------------------------------------------

err_t suggest_command(const args_t *args, fault_t *fault)
{
    frame_t *frame = NULL;
    err_t err = open_named(args, NULL, &frame, fault);
    if (err != ERR_OK) {
        return err;
    }
    json_t *list = suggest_recipe(frame_description(frame));
    json_t *recipe = json_array();
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        json_array_append(recipe, json_object_get(item, "step"));
        fprintf(stderr, "%zu. %s\n", i + 1, json_string_value(json_object_get(item, "reason")));
    }
    json_dumpf(recipe, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(recipe);
    json_decref(list);
    frame_destroy(&frame);
    return ERR_OK;
}

err_t describe_command(const args_t *args, fault_t *fault)
{
    frame_t *frame = NULL;
    err_t err = open_named(args, NULL, &frame, fault);
    if (err == ERR_OK && args_has(args, "json")) {
        json_dumpf(frame_description(frame), stdout, JSON_INDENT(1));
        putchar('\n');
    } else if (err == ERR_OK) {
        printf("%lld rows\n", (long long)frame_rows(frame));
        grid_print_objects(json_object_get(frame_description(frame), "columns"),
                           "name type missing distinct min max mean",
                           "COLUMN TYPE MISSING DISTINCT MIN MAX MEAN");
    }
    frame_destroy(&frame);
    return err;
}

err_t profile_command(const args_t *args, fault_t *fault)
{
    frame_t *frame = NULL;
    const char *output = args_value(args, "output", "report.html");
    const char *slash = args->word_count > 0 ? strrchr(args->words[0], '/') : NULL;
    const char *title = slash ? slash + 1 : args->words[0];
    err_t err = open_named(args, NULL, &frame, fault);
    report_options_t options = {.threads = table_threads(args),
                                .folder = args_value(args, "scratch", NULL)};
    err = err == ERR_OK ? report_save(frame, &options, title, AUTODP_VERSION,
                                      args_value(args, "report", NULL), output, NULL, fault)
                        : err;
    frame_destroy(&frame);
    if (err == ERR_OK) {
        fprintf(stderr, "%s\n", output);
    }
    return err;
}
