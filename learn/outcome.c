// SPDX-License-Identifier: MPL-2.0
#include "learn/outcome.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/engine/steps_json.h"
#include "learn/card.h"
#include "learn/drift.h"
#include "learn/exports.h"
#include "learn/outfile.h"
#include "learn/ready.h"
#include "learn/saved.h"
#include "learn/sums.h"

enum { BOARD_SHOWN = 200 };

// Beside the exports and the sums of all.
static const char *const FILES[] = {"predictions.csv", "record.json", "model.json", "card.md",
                                    "card.html"};

enum {
    FILE_PREDICTIONS,
    FILE_RECORD,
    FILE_SAVED,
    FILE_CARD,
    FILE_CARD_PAGE,
    FILE_COUNT,
};

// An outcome on its way to disk.
typedef struct {
    const outcome_t *outcome;
    char *paths[FILE_COUNT];
    json_t *self_check;
    json_t *exports; // what the record tells of them
} work_t;

static err_t write_exports(work_t *work, fault_t *fault)
{
    const predictor_t *predictor = &work->outcome->predictor;
    export_t source = {.features = predictor->features,
                       .model = predictor->model,
                       .labels = &predictor->sample->labels,
                       .rows = record_rows(predictor)};
    return exports_write(&source, work->outcome->folder, &work->exports, fault);
}

static err_t write_json(const char *path, const json_t *json, fault_t *fault)
{
    char *text = json_dumps(json, JSON_INDENT(1));
    err_t err = text ? outfile_write(path, text, strlen(text), fault)
                     : fault_set(fault, ERR_INTERNAL, NULL, "the record cannot be written");
    free(text);
    return err;
}

// What the features were like in the rows that the model learned from.
static err_t describe_features(const work_t *work, json_t *record, fault_t *fault)
{
    const features_t *features = work->outcome->predictor.features;
    const sample_t *sample = work->outcome->predictor.sample;
    const request_t *request = features->request;
    json_t *reference = NULL;
    uint8_t *keep = mem_array((size_t)sample->total, 1);
    for (size_t i = 0; i < sample->count; i++) {
        keep[sample->numbers[i] - 1] = record_learned(&work->outcome->predictor, i);
    }
    err_t err = drift_reference(features->frame, request->features, request->features_count, keep,
                                &reference, fault);
    free(keep);
    if (err == ERR_OK) {
        json_object_set_new(record, "reference", reference);
    }
    return err;
}

static err_t write_card(const work_t *work, const json_t *record, fault_t *fault)
{
    buf_t text = {0};
    buf_t page = {0};
    card_markdown(record, &text);
    card_html(record, &page);
    err_t err = outfile_write(work->paths[FILE_CARD], text.data, text.size, fault);
    err = err == ERR_OK ? outfile_write(work->paths[FILE_CARD_PAGE], page.data, page.size, fault)
                        : err;
    buf_release(&text);
    buf_release(&page);
    return err;
}

// A model that is read back must say what it says now.
static err_t write_saved(const work_t *work, const json_t *record, fault_t *fault)
{
    ready_t *ready = NULL;
    json_t *saved = saved_make(record, work->outcome->predictor.model);
    err_t err = ready_new(saved, &ready, fault);
    ready_destroy(&ready);
    err = err == ERR_OK ? write_json(work->paths[FILE_SAVED], saved, fault) : err;
    json_decref(saved);
    return err;
}

static json_t *make_record(const work_t *work, size_t levels_max)
{
    const outcome_t *outcome = work->outcome;
    json_t *recipe = outcome->recipe ? json_incref((json_t *)outcome->recipe) : json_array();
    json_t *record =
        record_make(&outcome->predictor, outcome->judgement, recipe, work->self_check, levels_max);
    json_object_set(record, "exports", work->exports);
    if (outcome->lineage) {
        json_object_set(record, "lineage", (json_t *)outcome->lineage);
    }
    json_decref(recipe);
    return record;
}

// The record as it is shown: of a long leaderboard its best, so that it fits into one message.
static json_t *make_shown(const work_t *work)
{
    json_t *record = make_record(work, STEPS_LEVELS_SHOWN);
    json_t *scores = json_copy(json_object_get(record, "scores"));
    const json_t *board = json_object_get(scores, "leaderboard");
    size_t count = json_array_size(board);
    if (count > BOARD_SHOWN) {
        json_t *best = json_array();
        for (size_t i = 0; i < BOARD_SHOWN; i++) {
            json_array_append(best, json_array_get(board, i));
        }
        json_object_set_new(scores, "leaderboard", best);
        json_object_set_new(scores, "leaderboard_total", json_integer((json_int_t)count));
    }
    json_object_set_new(record, "scores", scores);
    return record;
}

static err_t write_files(work_t *work, const progress_t *progress, fault_t *fault)
{
    predictions_t made = {0};
    err_t err = predictions_write(&work->outcome->predictor, work->paths[FILE_PREDICTIONS],
                                  progress, &made, fault);
    work->self_check = json_incref(made.self_check);
    predictions_release(&made);
    err = err == ERR_OK ? write_exports(work, fault) : err;
    if (err != ERR_OK) {
        return err;
    }
    json_t *record = make_record(work, STEPS_LEVELS_ALL);
    err = write_json(work->paths[FILE_RECORD], record, fault);
    err = err == ERR_OK ? write_card(work, record, fault) : err;
    err = err == ERR_OK ? describe_features(work, record, fault) : err;
    err = err == ERR_OK ? write_saved(work, record, fault) : err;
    json_decref(record);
    return err;
}

// The files that are there, the one with their sums among them.
static err_t list_files(const work_t *work, json_t **ret_files, fault_t *fault)
{
    json_t *files = json_array();
    const char *name;
    json_t *told;
    json_object_foreach(work->exports, name, told)
    {
        if (!json_object_get(told, "refused")) {
            json_array_append_new(files, json_string(name));
        }
    }
    for (int i = 0; i < FILE_COUNT; i++) {
        json_array_append_new(files, json_string(FILES[i]));
    }
    err_t err = sums_write(work->outcome->folder, files, fault);
    if (err != ERR_OK) {
        json_decref(files);
        return err;
    }
    *ret_files = files;
    return ERR_OK;
}

static void release(work_t *work, bool remove)
{
    if (remove) {
        exports_remove(work->outcome->folder);
        sums_remove(work->outcome->folder);
    }
    for (int i = 0; i < FILE_COUNT; i++) {
        if (remove) {
            outfile_remove(work->paths[i]);
        }
        free(work->paths[i]);
    }
    json_decref(work->self_check);
    json_decref(work->exports);
}

err_t outcome_write(const outcome_t *outcome, const progress_t *progress, json_t **ret_result,
                    fault_t *fault)
{
    work_t work = {.outcome = outcome};
    json_t *files = NULL;
    for (int i = 0; i < FILE_COUNT; i++) {
        work.paths[i] = text_format("%s/%s", outcome->folder, FILES[i]);
    }
    err_t err = write_files(&work, progress, fault);
    err = err == ERR_OK ? list_files(&work, &files, fault) : err;
    if (err == ERR_OK) {
        *ret_result = json_pack("{s:o, s:o}", "record", make_shown(&work), "files", files);
    }
    release(&work, err != ERR_OK);
    return err;
}
