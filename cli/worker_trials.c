// SPDX-License-Identifier: MPL-2.0
#include "cli/worker_trials.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "cli/worker_input.h"
#include "learn/material.h"
#include "learn/trial_pool.h"

enum { AHEAD = 64 }; // trials that are on the bus, or under way, at once

bool worker_say(json_t *line)
{
    char *text = json_dumps(line, JSON_COMPACT);
    bool written = text && printf("%s\n", text) > 0 && fflush(stdout) == 0;
    free(text);
    json_decref(line);
    return written;
}

// --- Leading -----------------------------------------------------------------------------------

// Numbers on the bus are those of the search's waves, one behind the other.
static struct {
    json_int_t first; // of this wave
    json_int_t begun; // of this wave
    json_int_t ended;
    steer_t steer;
} lead;

static err_t begin(void *context, size_t number, const json_t *order, fault_t *fault)
{
    (void)context;
    lead.begun++;
    bool said = worker_say(json_pack("{s:{s:I, s:O}}", "trial", "number",
                                     lead.first + (json_int_t)number, "order", order));
    return said ? ERR_OK : fault_set(fault, ERR_CANCELLED, NULL, "nobody runs the trials");
}

static void take_steer(const char *wish)
{
    lead.steer = strcmp(wish, "stop") == 0    ? STEER_STOP
                 : strcmp(wish, "pause") == 0 ? STEER_PAUSE
                                              : STEER_GO;
}

static err_t next(void *context, int64_t wait_ms, size_t *ret_number, json_t **ret_row,
                  fault_t *fault)
{
    (void)context;
    (void)fault;
    json_t *word = input_next(wait_ms);
    json_t *row = json_object_get(word, "row");
    const json_t *wish = json_object_get(word, "steer");
    json_int_t number = json_integer_value(json_object_get(word, "number")) - lead.first;
    *ret_row = NULL;
    if (json_is_string(wish)) {
        take_steer(json_string_value(wish));
    }
    if (json_is_object(row) && number >= 0 && number < lead.begun) {
        *ret_number = (size_t)number;
        *ret_row = json_incref(row);
        lead.ended++;
    }
    json_decref(word);
    return ERR_OK;
}

static void drop(void *context)
{
    (void)context;
    if (lead.ended < lead.begun) {
        worker_say(json_pack("{s:b}", "drop", 1));
    }
    lead.first += lead.begun;
    lead.begun = 0;
    lead.ended = 0;
}

static steer_t steer(void *context)
{
    (void)context;
    return lead.steer;
}

trials_t worker_trials(void)
{
    return (trials_t){.room = AHEAD, .begin = begin, .next = next, .drop = drop, .steer = steer};
}

// --- Hosting -----------------------------------------------------------------------------------

static err_t try_one(const trials_t *trials, const json_t *word, size_t threads, fault_t *fault)
{
    json_t *order = json_object_get(word, "order");
    json_t *number = json_object_get(word, "number");
    json_t *row = NULL;
    size_t unused;
    if (!json_is_object(order) || !json_is_integer(number)) {
        return ERR_OK; // not for us
    }
    json_object_set_new(order, "threads", json_integer((json_int_t)threads));
    err_t err = trials->begin(trials->context, 0, order, fault);
    while (err == ERR_OK && !row) {
        err = trials->next(trials->context, -1, &unused, &row, fault);
    }
    if (err == ERR_OK) {
        worker_say(json_pack("{s:O, s:o}", "number", number, "row", row));
    }
    return err;
}

static err_t host(const folds_t *folds, size_t threads, fault_t *fault)
{
    trial_pool_t *pool = trial_pool_new(folds, 1);
    trials_t trials = trial_pool_trials(pool, NULL);
    err_t err = ERR_OK;
    while (err == ERR_OK) {
        json_t *word = input_next(-1);
        err = try_one(&trials, word, threads, fault);
        json_decref(word);
    }
    trial_pool_destroy(&pool);
    return err;
}

err_t worker_host(const json_t *job, const frame_t *frame, const progress_t *progress,
                  fault_t *fault)
{
    material_t material = {0};
    folds_t folds = {0};
    json_int_t sharers = json_integer_value(json_object_get(job, "sharers"));
    size_t threads = parallel_threads(0) / (size_t)(sharers > 0 ? sharers : 1);
    err_t err = material_make(frame, json_object_get(job, "recipe"),
                              json_object_get(job, "training"), progress, &material, fault);
    study_t study = material_study(&material);
    err = err == ERR_OK ? folds_make(&study, material.request.folds, progress, &folds, fault) : err;
    err = err == ERR_OK ? host(&folds, threads > 0 ? threads : 1, fault) : err;
    folds_release(&folds);
    material_release(&material);
    return err;
}
