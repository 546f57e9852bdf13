// SPDX-License-Identifier: MPL-2.0
// Training and prediction as a tool: no platform, no data directory.
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/eta.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/grid.h"
#include "cli/insight.h"
#include "cli/learn.h"
#include "cli/table.h"
#include "learn/apply.h"
#include "learn/outfile.h"
#include "learn/saved.h"
#include "learn/train.h"
#include "learn/usual.h"
#include "model/catalogue.h"

// --- estimators --------------------------------------------------------------------------------

err_t estimators_command(const args_t *args, fault_t *fault)
{
    (void)fault;
    json_t *list = estimators_to_json();
    if (args_has(args, "json")) {
        json_dumpf(list, stdout, JSON_INDENT(1));
        putchar('\n');
    } else {
        grid_print_objects(list, "name title help", "NAME TITLE WHAT");
    }
    json_decref(list);
    return ERR_OK;
}

// --- train -------------------------------------------------------------------------------------

// The features but for the column that the rows are divided by.
static json_t *but_for(const json_t *features, const json_t *column)
{
    json_t *list = json_array();
    size_t i;
    json_t *name;
    json_array_foreach((json_t *)features, i, name)
    {
        if (json_equal(name, column)) {
            fprintf(stderr, "left out: %s, it divides the rows\n", json_string_value(name));
        } else {
            json_array_append(list, name);
        }
    }
    return list;
}

// Without features and recipe in the request, the usual ones; what is left out goes to stderr.
static json_t *complete(const args_t *args, const frame_t *frame, json_t *training, json_t *recipe)
{
    const char *target = args_value(args, "target", "");
    json_t *usual = usual_training(frame_description(frame), target, true);
    size_t i;
    json_t *column;
    if (!json_object_get(training, "features")) {
        json_object_set_new(training, "features",
                            but_for(json_object_get(usual, "features"),
                                    json_object_get(json_object_get(training, "split"), "column")));
        json_array_foreach(json_object_get(usual, "left_out"), i, column)
        {
            fprintf(stderr, "left out: %s, %s\n",
                    json_string_value(json_object_get(column, "name")),
                    json_string_value(json_object_get(column, "reason")));
        }
    }
    json_t *steps = recipe ? recipe : json_incref(json_object_get(usual, "recipe"));
    json_decref(usual);
    return steps;
}

static void print_number(const json_t *scores, const char *name)
{
    const json_t *value = json_object_get(scores, name);
    if (json_is_number(value)) {
        printf("  %-20s %.4f\n", name, json_number_value(value));
    }
}

// The row's number of this name; `otherwise` where it has none.
static char *number_text(const json_t *row, const char *name, int digits, const char *otherwise)
{
    const json_t *value = json_object_get(row, name);
    char text[32];
    snprintf(text, sizeof text, "%.*f", digits, json_number_value(value));
    return mem_strdup(json_is_number(value) ? text : otherwise);
}

// A row of the leaderboard as texts.
static json_t *board_row(const json_t *row, size_t place)
{
    const char *state = json_string_value(json_object_get(row, "state"));
    char *score = number_text(row, "score", 4, state);
    char *sd = number_text(row, "sd", 4, "");
    char *seconds = number_text(row, "seconds", 1, "");
    char *parameters = json_dumps(json_object_get(row, "parameters"), JSON_REAL_PRECISION(4));
    const char *why = json_string_value(json_object_get(json_object_get(row, "fault"), "detail"));
    json_t *cells = json_pack("{s:I, s:O, s:s, s:s, s:s, s:s}", "place", (json_int_t)place + 1,
                              "algorithm", json_object_get(row, "algorithm"), "score", score, "sd",
                              sd, "seconds", seconds, "parameters", why ? why : parameters);
    free(score);
    free(sd);
    free(seconds);
    free(parameters);
    return cells;
}

static void print_board(const json_t *board)
{
    json_t *rows = json_array();
    size_t i;
    json_t *row;
    json_array_foreach((json_t *)board, i, row)
    {
        json_array_append_new(rows, board_row(row, i));
    }
    grid_print_objects(rows, "place algorithm score sd seconds parameters",
                       "PLACE ALGORITHM SCORE SD SECONDS PARAMETERS");
    json_decref(rows);
}

// The files for others, and why there is none.
static void print_exports(const json_t *exports, const char *folder)
{
    const char *name;
    json_t *told;
    json_object_foreach((json_t *)exports, name, told)
    {
        const char *refused = json_string_value(json_object_get(told, "refused"));
        if (refused) {
            printf("no %s: %s\n", name, refused);
        } else {
            printf("%s/%s\n", folder, name);
        }
    }
}

static void print_result(const json_t *record, const char *folder)
{
    const json_t *scores = json_object_get(record, "scores");
    const json_t *rows = json_object_get(record, "rows");
    const json_t *board = json_object_get(scores, "leaderboard");
    const char *name;
    json_t *value;
    if (board) {
        print_board(board);
    }
    const json_t *baseline = json_object_get(scores, "baseline");
    printf("%s, judged by %s on %lld rows it had not seen (trained on %lld%s):\n",
           json_string_value(json_object_get(record, "algorithm")),
           json_string_value(json_object_get(scores, "chosen")),
           (long long)json_integer_value(json_object_get(rows, "test")),
           (long long)json_integer_value(json_object_get(rows, "train")),
           json_is_object(baseline) ? "; in brackets what knowing no feature gives" : "");
    json_object_foreach(json_object_get(scores, "test"), name, value)
    {
        print_number(json_object_get(scores, "test"), name);
    }
    const char *chosen = json_string_value(json_object_get(scores, "chosen"));
    if (json_is_object(baseline)) {
        printf("  (%s %.4f)\n", chosen, json_number_value(json_object_get(baseline, chosen)));
    }
    insight_print(json_object_get(record, "insight"));
    json_int_t kept = json_integer_value(json_object_get(rows, "model"));
    if (kept > json_integer_value(json_object_get(rows, "train"))) {
        printf("then trained again on all %lld rows; this is the model that is kept:\n",
               (long long)kept);
    }
    printf("%s/model.json for 'autodp predict', %s/predictions.csv, %s/record.json\n", folder,
           folder, folder);
    print_exports(json_object_get(record, "exports"), folder);
}

enum { SHOWN_EVERY_MS = 200 };

// What a person at a terminal sees of it.
typedef struct {
    eta_t eta;
    int64_t next_ms; // when the line is written again
} watched_t;

static bool on_progress(void *context, double fraction, const char *stage)
{
    watched_t *watched = context;
    int64_t now_ms = clock_mono_ms();
    char left[ETA_TEXT_SIZE];
    eta_text(eta_note(&watched->eta, now_ms, fraction, false), left);
    if (isatty(STDERR_FILENO) && now_ms >= watched->next_ms) {
        watched->next_ms = now_ms + SHOWN_EVERY_MS;
        fprintf(stderr, "\r\033[K%3.0f %% %s%s%s", 100 * fraction, stage, *left ? ", " : "", left);
    }
    return true;
}

// What a person has said of the search.
static atomic_int steered = STEER_GO;

// Once: the search ends, and the best so far is trained. Twice: all ends.
static void on_interrupt(int number)
{
    atomic_store(&steered, STEER_STOP);
    signal(number, SIG_DFL);
}

static json_t *lineage_of(const char *path)
{
    char now[CLOCK_TEXT_SIZE];
    const char *slash = strrchr(path, '/');
    clock_rfc3339(clock_wall_ms(), now);
    return json_pack("{s:s, s:s}", "dataset_name", slash ? slash + 1 : path, "trained", now);
}

static err_t make_folder(const char *folder, fault_t *fault)
{
    return mkdir(folder, 0777) == 0 || errno == EEXIST ? ERR_OK
                                                       : fault_errno(fault, ERR_IO, folder);
}

err_t learn_train(const args_t *args, const char *path, json_t *training, fault_t *fault)
{
    frame_t *frame = NULL;
    json_t *recipe = NULL;
    json_t *result = NULL;
    watched_t watched = {0};
    progress_t progress = {.report = on_progress, .context = &watched};
    const char *folder = args_value(args, "output", "model");
    const char *file = args_value(args, "recipe", NULL);
    err_t err = file ? table_read_json(file, &recipe, fault) : ERR_OK;
    table_wish_t wish = {0};
    err = err == ERR_OK ? table_open(args, path, &wish, &frame, fault) : err;
    err = err == ERR_OK ? make_folder(folder, fault) : err;
    if (err == ERR_OK) {
        recipe = complete(args, frame, training, recipe);
        json_t *lineage = lineage_of(path);
        train_t train = {.frame = frame,
                         .recipe = recipe,
                         .training = training,
                         .lineage = lineage,
                         .output_dir = folder,
                         .steer = &steered,
                         .progress = &progress};
        signal(SIGINT, on_interrupt);
        err = train_run(&train, &result, fault);
        json_decref(lineage);
        fprintf(stderr, "%s", isatty(STDERR_FILENO) ? "\r\033[K" : "");
    }
    if (err == ERR_OK && args_has(args, "json")) {
        json_dumpf(json_object_get(result, "record"), stdout, JSON_INDENT(1));
        putchar('\n');
    } else if (err == ERR_OK) {
        print_result(json_object_get(result, "record"), folder);
    }
    json_decref(result);
    json_decref(recipe);
    frame_destroy(&frame);
    return err;
}

// --- predict and drift -------------------------------------------------------------------------

// The two words of the command line, and how the table is read.
static err_t read_args(const args_t *args, apply_t *ret_apply, json_t **ret_options, fault_t *fault)
{
    err_t err = args_word(args, 0, "the model (model.json)", &ret_apply->model, fault);
    err = err == ERR_OK ? args_word(args, 1, "the table", &ret_apply->input, fault) : err;
    ret_apply->scratch = args_value(args, "scratch", NULL);
    err = err == ERR_OK ? table_options(args, ret_options, fault) : err;
    ret_apply->import = *ret_options;
    return err;
}

static void print_remarks(const json_t *remarks)
{
    size_t i;
    json_t *remark;
    json_array_foreach((json_t *)remarks, i, remark)
    {
        printf("column '%s': %s\n", json_string_value(json_object_get(remark, "column")),
               json_string_value(json_object_get(remark, "detail")));
    }
}

err_t predict_command(const args_t *args, fault_t *fault)
{
    const char *output = args_value(args, "output", "predictions.csv");
    apply_t apply = {.output = output};
    json_t *options = NULL;
    json_t *result = NULL;
    err_t err = read_args(args, &apply, &options, fault);
    err = err == ERR_OK ? apply_run(&apply, &result, fault) : err;
    if (err == ERR_OK) {
        json_int_t rows = json_integer_value(json_object_get(result, "rows"));
        json_int_t predicted = json_integer_value(json_object_get(result, "predicted"));
        printf("%lld rows, %lld predicted, %lld without a prediction for a missing value: %s\n",
               (long long)rows, (long long)predicted, (long long)(rows - predicted), output);
        print_remarks(json_object_get(result, "remarks"));
    }
    json_decref(result);
    json_decref(options);
    return err;
}

static void print_drift(const json_t *drift)
{
    json_t *rows = json_array();
    size_t i;
    json_t *column;
    json_array_foreach(json_object_get(drift, "columns"), i, column)
    {
        char *index = text_format("%.4f", json_number_value(json_object_get(column, "index")));
        json_array_append_new(rows, json_pack("{s:O, s:s, s:O}", "column",
                                              json_object_get(column, "column"), "index", index,
                                              "change", json_object_get(column, "change")));
        free(index);
    }
    grid_print_objects(rows, "column index change", "COLUMN INDEX CHANGE");
    json_decref(rows);
}

err_t drift_command(const args_t *args, fault_t *fault)
{
    apply_t apply = {.drift = true};
    json_t *options = NULL;
    json_t *result = NULL;
    err_t err = read_args(args, &apply, &options, fault);
    err = err == ERR_OK ? apply_run(&apply, &result, fault) : err;
    const json_t *drift = json_object_get(result, "drift");
    if (err == ERR_OK && args_has(args, "json")) {
        json_dumpf(drift, stdout, JSON_INDENT(1));
        putchar('\n');
    } else if (err == ERR_OK) {
        print_drift(drift);
    }
    json_decref(result);
    json_decref(options);
    return err;
}

// --- export ------------------------------------------------------------------------------------

// The file's name when nobody says: model.json becomes model.onnx.
static char *export_name(const char *path, const char *format)
{
    size_t size = strlen(path);
    bool json = size > 5 && strcmp(path + size - 5, ".json") == 0;
    return text_format("%.*s.%s", (int)(json ? size - 5 : size), path, format);
}

err_t export_command(const args_t *args, fault_t *fault)
{
    const char *path = NULL;
    const char *format = args_value(args, "format", "pkl");
    json_t *json = NULL;
    saved_t *saved = NULL;
    buf_t out = {0};
    err_t err = args_word(args, 0, "the model (model.json)", &path, fault);
    err = err == ERR_OK ? table_read_json(path, &json, fault) : err;
    err = err == ERR_OK ? saved_read(json, &saved, fault) : err;
    err = err == ERR_OK ? saved_export(saved, format, &out, fault) : err;
    if (err == ERR_OK) {
        char *made = export_name(path, format);
        const char *output = args_value(args, "output", made);
        err = outfile_write(output, out.data, out.size, fault);
        if (err == ERR_OK) {
            printf("%zu bytes: %s\n", out.size, output);
        }
        free(made);
    }
    buf_release(&out);
    saved_destroy(&saved);
    json_decref(json);
    return err;
}
