// SPDX-License-Identifier: MPL-2.0
#include "learn/search.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault_json.h"
#include "learn/board.h"
#include "learn/candidates.h"
#include "learn/trial_pool.h"
#include "learn/wave.h"
#include "learn/yardstick.h"

enum {
    HALVING = 3,   // of the candidates, one in so many goes on with so many times the rows
    AUTO_BEST = 3, // estimators whose parameters an automatic search looks at
};

static const double PREPARE_SHARE = 0.2;

typedef struct {
    const study_t *study;
    const search_t *search;
    random_t random;
    hunt_t hunt;
} job_t;

// --- Methods -----------------------------------------------------------------------------------

static err_t search_grid(job_t *job, fault_t *fault)
{
    json_t *list = NULL;
    err_t err = candidates_grid(job->study->request->estimator, job->search->space, &list, fault);
    err = err == ERR_OK ? wave_run(&job->hunt, list, 1, NULL, fault) : err;
    json_decref(list);
    return err;
}

// As many candidates as there may still be trials, of some estimators in turn.
static json_t *draw_list(job_t *job, const estimator_t *const *estimators, size_t count,
                         const json_t *space)
{
    json_t *list = json_array();
    size_t left = hunt_left(&job->hunt);
    for (size_t i = 0; i < left && count > 0; i++) {
        json_array_append_new(list, candidates_draw(estimators[i % count], space, &job->random));
    }
    return list;
}

static err_t search_random(job_t *job, fault_t *fault)
{
    json_t *list = draw_list(job, &job->study->request->estimator, 1, job->search->space);
    err_t err = wave_run(&job->hunt, list, 1, NULL, fault);
    json_decref(list);
    return err;
}

// The best of some rows, as candidates again.
static json_t *best_of(const job_t *job, const json_t *rows)
{
    json_t *order = board_sorted(rows, job->hunt.score);
    json_t *list = json_array();
    size_t left = (json_array_size(order) + HALVING - 1) / HALVING;
    for (size_t i = 0; i < left; i++) {
        const json_t *row = json_array_get(order, i);
        json_array_append_new(list, json_pack("{s:O, s:O}", "algorithm",
                                              json_object_get(row, "algorithm"), "parameters",
                                              json_object_get(row, "parameters")));
    }
    json_decref(order);
    return list;
}

// Successive halving: many candidates on few rows, the best third of them on three times as many.
// Each round counts anew against the number of trials: it says how many candidates there are.
static err_t search_halving(job_t *job, fault_t *fault)
{
    json_t *candidates = draw_list(job, &job->study->request->estimator, 1, job->search->space);
    uint32_t share = 1;
    for (size_t n = job->search->trials; n > 1; n = (n + HALVING - 1) / HALVING) {
        share *= HALVING;
        job->hunt.trials_max += (n + HALVING - 1) / HALVING;
    }
    err_t err = ERR_OK;
    for (; share >= 1 && json_array_size(candidates) > 0 && err == ERR_OK &&
           !hunt_is_over(&job->hunt);
         share /= HALVING) {
        json_t *rows = json_array();
        err = wave_run(&job->hunt, candidates, share, rows, fault);
        json_decref(candidates);
        candidates = best_of(job, rows);
        json_decref(rows);
    }
    json_decref(candidates);
    return err;
}

// The estimators of the best rows, each once.
static size_t best_estimators(const job_t *job, const estimator_t **ret_list)
{
    json_t *order = board_sorted(job->hunt.board, job->hunt.score);
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
    err_t err = wave_run(&job->hunt, ladder, 1, NULL, fault);
    json_decref(ladder);
    json_t *list = draw_list(job, best, best_estimators(job, best), NULL);
    err = err == ERR_OK ? wave_run(&job->hunt, list, 1, NULL, fault) : err;
    json_decref(list);
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
    json_t *board = board_sorted(job->hunt.board, job->hunt.score);
    const json_t *first = json_array_get(board, 0);
    if (isnan(board_rank(first, job->hunt.score))) {
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

static err_t run_with(job_t *job, const trials_t *trials, json_t **ret_board,
                      const json_t **ret_best, fault_t *fault)
{
    hunt_t *hunt = &job->hunt;
    hunt->trials = trials;
    hunt->begun_ms = clock_mono_ms();
    if (job->search->budget_seconds > 0) {
        hunt->deadline_ms = hunt->begun_ms + (int64_t)(job->search->budget_seconds * 1e3);
    }
    err_t err = run_method(job, fault);
    return err == ERR_OK ? choose(job, ret_board, ret_best, fault) : err;
}

// In processes of this one.
static err_t run_here(job_t *job, const atomic_int *steer, json_t **ret_board,
                      const json_t **ret_best, fault_t *fault)
{
    folds_t folds = {0};
    const progress_t *whole = job->hunt.progress;
    progress_t preparing = progress_part(whole, 0, PREPARE_SHARE);
    progress_t trying = progress_part(whole, PREPARE_SHARE, 1);
    err_t err = folds_make(job->study, job->study->request->folds, &preparing, &folds, fault);
    if (err != ERR_OK) {
        return err;
    }
    job->hunt.progress = &trying;
    trial_pool_t *pool = trial_pool_new(&folds, 0);
    trials_t trials = trial_pool_trials(pool, steer);
    err = run_with(job, &trials, ret_board, ret_best, fault);
    trial_pool_destroy(&pool);
    folds_release(&folds);
    return err;
}

err_t search_run(const study_t *study, const trials_t *trials, const atomic_int *steer,
                 const progress_t *progress, json_t **ret_board, const json_t **ret_best,
                 fault_t *fault)
{
    const request_t *request = study->request;
    job_t job = {
        .study = study, .search = &request->search, .random = random_new((uint64_t)request->seed)};
    job.hunt = (hunt_t){.progress = progress,
                        .score = yardstick_of(request, study->sample),
                        .trials_max = request->search.trials,
                        .memory_bytes = request->search.memory_bytes,
                        .board = json_array()};
    err_t err = trials ? run_with(&job, trials, ret_board, ret_best, fault)
                       : run_here(&job, steer, ret_board, ret_best, fault);
    json_decref(job.hunt.board);
    return err;
}
