// SPDX-License-Identifier: MPL-2.0
#include "learn/search.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault_json.h"
#include "learn/candidates.h"
#include "learn/trial.h"
#include "model/score/score.h"

enum {
    HALVING = 3,   // of the candidates, one in so many goes on with so many times the rows
    AUTO_BEST = 3, // estimators whose parameters an automatic search looks at
};

static const double PREPARE_SHARE = 0.2;

typedef struct {
    const study_t *study;
    const search_t *search;
    const progress_t *progress;
    folds_t folds;
    const char *score;
    int64_t begun_ms;
    int64_t deadline_ms; // 0: none
    random_t random;
    json_t *board;
} job_t;

// --- Trials ------------------------------------------------------------------------------------

static bool is_over(const job_t *job)
{
    return json_array_size(job->board) >= job->search->trials ||
           (job->deadline_ms && clock_mono_ms() >= job->deadline_ms);
}

// How far the search is: by trials or by time, whichever is further.
static double done_of(const job_t *job)
{
    double trials = (double)json_array_size(job->board) / (double)job->search->trials;
    double time = job->deadline_ms ? (double)(clock_mono_ms() - job->begun_ms) /
                                         (double)(job->deadline_ms - job->begun_ms)
                                   : 0;
    return fmin(fmax(trials, time), 1);
}

static err_t try_one(job_t *job, const json_t *candidate, uint32_t rows_share, json_t **ret_row,
                     fault_t *fault)
{
    double done = PREPARE_SHARE + (1 - PREPARE_SHARE) * done_of(job);
    progress_t part = progress_part(job->progress, done, 1);
    trial_limits_t limits = {.score = job->score,
                             .deadline_ms = job->deadline_ms,
                             .memory_bytes = job->search->memory_bytes,
                             .rows_share = rows_share,
                             .progress = &part};
    err_t err = trial_run(&job->folds, candidate, &limits, ret_row, fault);
    if (err == ERR_OK && rows_share > 1) {
        json_object_set_new(*ret_row, "rows_share", json_real(1.0 / rows_share));
    }
    if (err == ERR_OK) {
        json_array_append_new(job->board, *ret_row);
    }
    return err;
}

static err_t try_list(job_t *job, const json_t *list, fault_t *fault)
{
    err_t err = ERR_OK;
    json_t *row;
    for (size_t i = 0; i < json_array_size(list) && err == ERR_OK && !is_over(job); i++) {
        err = try_one(job, json_array_get(list, i), 1, &row, fault);
    }
    return err;
}

// The place of a row on the board: the score, the better the higher; NAN without one.
static double rank_of(const json_t *row, const char *score)
{
    const json_t *value = json_object_get(row, "score");
    double sign = score_is_gain(score) ? 1 : -1;
    return json_is_number(value) ? sign * json_number_value(value) : NAN;
}

static bool is_better(const json_t *row, const json_t *other, const char *score)
{
    bool whole = !json_object_get(row, "rows_share");
    bool other_whole = !json_object_get(other, "rows_share");
    double a = rank_of(row, score);
    double b = rank_of(other, score);
    if (isnan(a) != isnan(b)) {
        return isnan(b);
    }
    return whole != other_whole ? whole : a > b;
}

// Rows with scores of all rows first, the best in front; equal ones keep their order.
static json_t *sorted(const json_t *rows, const char *score)
{
    json_t *list = json_array();
    size_t i;
    json_t *row;
    json_array_foreach((json_t *)rows, i, row)
    {
        size_t at = json_array_size(list);
        while (at > 0 && is_better(row, json_array_get(list, at - 1), score)) {
            at--;
        }
        json_array_insert(list, at, row);
    }
    return list;
}

// --- Methods -----------------------------------------------------------------------------------

static err_t search_grid(job_t *job, fault_t *fault)
{
    json_t *list = NULL;
    err_t err = candidates_grid(job->study->request->estimator, job->search->space, &list, fault);
    err = err == ERR_OK ? try_list(job, list, fault) : err;
    json_decref(list);
    return err;
}

static err_t search_random(job_t *job, fault_t *fault)
{
    err_t err = ERR_OK;
    while (err == ERR_OK && !is_over(job)) {
        json_t *row;
        json_t *candidate =
            candidates_draw(job->study->request->estimator, job->search->space, &job->random);
        err = try_one(job, candidate, 1, &row, fault);
        json_decref(candidate);
    }
    return err;
}

// One round of a halving; *ret_left are the candidates that go on, the best first.
static err_t halve(job_t *job, const json_t *candidates, uint32_t share, json_t **ret_left,
                   fault_t *fault)
{
    json_t *rows = json_array();
    err_t err = ERR_OK;
    for (size_t i = 0; i < json_array_size(candidates) && err == ERR_OK; i++) {
        json_t *row;
        bool late = job->deadline_ms && clock_mono_ms() >= job->deadline_ms;
        err = late ? ERR_OK : try_one(job, json_array_get(candidates, i), share, &row, fault);
        if (err == ERR_OK && !late) {
            json_array_append(rows, row);
        }
    }
    json_t *order = sorted(rows, job->score);
    size_t left = (json_array_size(order) + HALVING - 1) / HALVING;
    *ret_left = json_array();
    for (size_t i = 0; i < left; i++) {
        const json_t *row = json_array_get(order, i);
        json_array_append_new(*ret_left, json_pack("{s:O, s:O}", "algorithm",
                                                   json_object_get(row, "algorithm"), "parameters",
                                                   json_object_get(row, "parameters")));
    }
    json_decref(order);
    json_decref(rows);
    return err;
}

// Successive halving: many candidates on few rows, the best third of them on three times as many.
static err_t search_halving(job_t *job, fault_t *fault)
{
    json_t *candidates = json_array();
    uint32_t share = 1;
    for (size_t i = 0; i < job->search->trials; i++) {
        json_array_append_new(candidates, candidates_draw(job->study->request->estimator,
                                                          job->search->space, &job->random));
    }
    for (size_t n = job->search->trials; n > 1; n = (n + HALVING - 1) / HALVING) {
        share *= HALVING;
    }
    err_t err = ERR_OK;
    for (; share >= 1 && json_array_size(candidates) > 0 && err == ERR_OK; share /= HALVING) {
        json_t *left = NULL;
        err = halve(job, candidates, share, &left, fault);
        json_decref(candidates);
        candidates = left;
    }
    json_decref(candidates);
    return err;
}

// The estimators of the best rows, each once.
static size_t best_estimators(const job_t *job, const estimator_t **ret_list)
{
    json_t *order = sorted(job->board, job->score);
    size_t count = 0;
    size_t i;
    json_t *row;
    json_array_foreach(order, i, row)
    {
        const char *name = json_string_value(json_object_get(row, "algorithm"));
        const estimator_t *estimator = estimator_find(name);
        bool known = strcmp(name, "dummy") == 0 || !json_object_get(row, "score");
        for (size_t k = 0; k < count; k++) {
            known = known || ret_list[k] == estimator;
        }
        if (!known && count < AUTO_BEST) {
            ret_list[count++] = estimator;
        }
    }
    json_decref(order);
    return count;
}

// Every estimator once, then other parameters for the best of them in turn.
static err_t search_automatic(job_t *job, fault_t *fault)
{
    const estimator_t *best[AUTO_BEST];
    json_t *ladder = candidates_ladder(job->study->request->task, job->study->sample->count);
    err_t err = try_list(job, ladder, fault);
    json_decref(ladder);
    size_t count = best_estimators(job, best);
    for (size_t i = 0; err == ERR_OK && count > 0 && !is_over(job); i++) {
        json_t *row;
        json_t *candidate = candidates_draw(best[i % count], NULL, &job->random);
        err = try_one(job, candidate, 1, &row, fault);
        json_decref(candidate);
    }
    return err;
}

static err_t run_method(job_t *job, fault_t *fault)
{
    switch (job->search->method) {
    case SEARCH_GRID:
        return search_grid(job, fault);
    case SEARCH_RANDOM:
        return search_random(job, fault);
    case SEARCH_HALVING:
        return search_halving(job, fault);
    default:
        return search_automatic(job, fault);
    }
}

static err_t choose(job_t *job, json_t **ret_board, const json_t **ret_best, fault_t *fault)
{
    json_t *board = sorted(job->board, job->score);
    const json_t *first = json_array_get(board, 0);
    if (isnan(rank_of(first, job->score))) {
        const json_t *why = json_object_get(json_array_get(board, 0), "fault");
        err_t err = why ? fault_from_json(why, fault)
                        : fault_set(fault, ERR_HYPERPARAMETER, "raise the budget",
                                    "no trial ended within the budget");
        json_decref(board);
        return err;
    }
    *ret_board = board;
    *ret_best = first;
    return ERR_OK;
}

err_t search_run(const study_t *study, const progress_t *progress, json_t **ret_board,
                 const json_t **ret_best, fault_t *fault)
{
    const request_t *request = study->request;
    bool classes = request->task == TASK_CLASSIFY;
    job_t job = {.study = study,
                 .search = &request->search,
                 .progress = progress,
                 .score = score_of_choice(classes ? study->sample->classes : NULL,
                                          study->sample->count, study->sample->labels.count),
                 .begun_ms = clock_mono_ms(),
                 .random = random_new((uint64_t)request->seed),
                 .board = json_array()};
    if (request->search.budget_seconds > 0) {
        job.deadline_ms = job.begun_ms + (int64_t)(request->search.budget_seconds * 1e3);
    }
    progress_t preparing = progress_part(progress, 0, PREPARE_SHARE);
    err_t err = folds_make(study, request->folds, &preparing, &job.folds, fault);
    err = err == ERR_OK ? run_method(&job, fault) : err;
    err = err == ERR_OK ? choose(&job, ret_board, ret_best, fault) : err;
    folds_release(&job.folds);
    json_decref(job.board);
    return err;
}
