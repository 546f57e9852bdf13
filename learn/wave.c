// SPDX-License-Identifier: MPL-2.0
#include "learn/wave.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "learn/board.h"
#include "learn/trial.h"

enum { LOOK_MS = 100 };

// Candidates that do not wait for each other's scores.
typedef struct {
    const json_t *list;
    uint32_t share;  // of the rows one of so many is used
    json_t **orders; // of those that were begun
    json_t **rows;   // of those that ended
    size_t count;
    size_t begun;
    size_t ended;
} wave_t;

static bool is_late(const hunt_t *hunt)
{
    return hunt->deadline_ms && clock_mono_ms() >= hunt->deadline_ms;
}

static bool is_full(const hunt_t *hunt)
{
    return json_array_size(hunt->board) >= hunt->trials_max;
}

static steer_t steer_of(const hunt_t *hunt)
{
    return hunt->trials->steer ? hunt->trials->steer(hunt->trials->context) : STEER_GO;
}

bool hunt_is_over(const hunt_t *hunt)
{
    return is_late(hunt) || is_full(hunt) || steer_of(hunt) == STEER_STOP;
}

size_t hunt_left(const hunt_t *hunt)
{
    return hunt->trials_max - json_array_size(hunt->board);
}

// How far the search is: by trials or by time, whichever is further.
static double done_of(const hunt_t *hunt)
{
    double trials = (double)hunt->done / (double)hunt->trials_max;
    double time = hunt->deadline_ms ? (double)(clock_mono_ms() - hunt->begun_ms) /
                                          (double)(hunt->deadline_ms - hunt->begun_ms)
                                    : 0;
    return fmin(fmax(trials, time), 1);
}

static void note_best(hunt_t *hunt, const json_t *row)
{
    const json_t *score = json_object_get(row, "score");
    hunt->done++;
    if (json_is_number(score) && (!hunt->best || board_is_better(row, hunt->best, hunt->score))) {
        hunt->best = row;
    }
    if (hunt->best) {
        snprintf(hunt->said, sizeof hunt->said, "search: %zu tried, best %.4f by %s", hunt->done,
                 json_number_value(json_object_get(hunt->best, "score")),
                 json_string_value(json_object_get(hunt->best, "algorithm")));
    }
}

static json_t *order_of(const hunt_t *hunt, const json_t *candidate, uint32_t share)
{
    json_t *order = json_copy((json_t *)candidate);
    json_object_set_new(order, "rows_share", json_integer(share));
    json_object_set_new(order, "score", json_string(hunt->score));
    json_object_set_new(order, "memory_bytes", json_integer((json_int_t)hunt->memory_bytes));
    return order;
}

static err_t begin_more(hunt_t *hunt, wave_t *wave, fault_t *fault)
{
    err_t err = ERR_OK;
    while (err == ERR_OK && wave->begun < wave->count &&
           wave->begun - wave->ended < hunt->trials->room && steer_of(hunt) == STEER_GO) {
        json_t *order = order_of(hunt, json_array_get(wave->list, wave->begun), wave->share);
        err = hunt->trials->begin(hunt->trials->context, wave->begun, order, fault);
        wave->orders[wave->begun] = order;
        wave->begun += err == ERR_OK;
    }
    return err;
}

// Waits for a row, or a while. A pause does not count against the budget.
static err_t take_row(hunt_t *hunt, wave_t *wave, fault_t *fault)
{
    size_t number = 0;
    json_t *row = NULL;
    int64_t begun_ms = clock_mono_ms();
    bool pause = steer_of(hunt) == STEER_PAUSE;
    err_t err = hunt->trials->next(hunt->trials->context, LOOK_MS, &number, &row, fault);
    if (pause && hunt->deadline_ms) {
        hunt->deadline_ms += clock_mono_ms() - begun_ms;
    }
    if (row) {
        wave->rows[number] = row;
        wave->ended++;
        note_best(hunt, row);
    }
    const char *stage = pause ? "paused" : *hunt->said ? hunt->said : "search";
    if (err == ERR_OK && !progress_report(hunt->progress, done_of(hunt), stage)) {
        err = fault_set(fault, ERR_CANCELLED, NULL, "the search was cancelled");
    }
    return err;
}

// The rows go onto the board, and to `ret_rows` (may be NULL), in the order of their candidates.
static void settle(hunt_t *hunt, wave_t *wave, json_t *ret_rows)
{
    for (size_t i = 0; i < wave->count; i++) {
        json_t *row = wave->rows[i];
        if (!row && i < wave->begun) {
            row = trial_stopped(wave->orders[i], 0);
        }
        if (row) {
            json_array_append(hunt->board, row);
            json_array_append(ret_rows, row);
        }
        json_decref(row);
        json_decref(wave->orders[i]);
    }
    free(wave->rows);
    free(wave->orders);
}

err_t wave_run(hunt_t *hunt, const json_t *list, uint32_t share, json_t *ret_rows, fault_t *fault)
{
    size_t left = hunt_left(hunt);
    size_t count = json_array_size(list);
    wave_t wave = {.list = list, .share = share, .count = count < left ? count : left};
    wave.orders = mem_array(wave.count + 1, sizeof *wave.orders);
    wave.rows = mem_array(wave.count + 1, sizeof *wave.rows);
    err_t err = ERR_OK;
    while (err == ERR_OK && wave.ended < wave.count && !hunt_is_over(hunt)) {
        err = begin_more(hunt, &wave, fault);
        err = err == ERR_OK ? take_row(hunt, &wave, fault) : err;
    }
    hunt->trials->drop(hunt->trials->context);
    settle(hunt, &wave, ret_rows);
    return err;
}
