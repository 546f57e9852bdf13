// SPDX-License-Identifier: MPL-2.0
#include "base/parallel.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

typedef struct {
    const parallel_t *job;
    pthread_mutex_t taking; // one `take` at a time
    size_t next;
    bool ended;            // nothing more to take
    pthread_mutex_t state; // guards what follows
    pthread_cond_t turn;
    size_t settled; // items in front of it are settled
    size_t failed;  // the first item that failed so far, SIZE_MAX: none
    err_t err;
    fault_t fault;
} run_t;

typedef struct {
    run_t *run;
    size_t worker;
    pthread_t thread;
} worker_t;

size_t parallel_threads(size_t threads)
{
    if (threads > 0) {
        return threads;
    }
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1                  ? 1
           : processors < PARALLEL_THREADS ? (size_t)processors
                                           : PARALLEL_THREADS;
}

static void fail(run_t *run, size_t item, err_t err, const fault_t *fault)
{
    pthread_mutex_lock(&run->state);
    if (item < run->failed) {
        run->failed = item;
        run->err = err;
        run->fault = *fault;
    }
    pthread_cond_broadcast(&run->turn);
    pthread_mutex_unlock(&run->state);
}

static bool is_failed(run_t *run)
{
    pthread_mutex_lock(&run->state);
    bool failed = run->failed != SIZE_MAX;
    pthread_mutex_unlock(&run->state);
    return failed;
}

// The next item; false when there is none or another one has failed.
static bool take(run_t *run, size_t worker, size_t *ret_item)
{
    const parallel_t *job = run->job;
    fault_t fault = {0};
    bool more = true;
    pthread_mutex_lock(&run->taking);
    size_t item = run->next;
    if (run->ended || is_failed(run)) {
        more = false;
    } else if (job->take) {
        err_t err = job->take(job->context, worker, item, &more, &fault);
        if (err != ERR_OK) {
            fail(run, item, err, &fault);
            more = false;
        }
    } else {
        more = item < job->count;
    }
    run->ended = !more;
    run->next += more;
    pthread_mutex_unlock(&run->taking);
    *ret_item = item;
    return more;
}

// Waits until all items in front are settled; false when one of them has failed.
static bool wait_turn(run_t *run, size_t item)
{
    pthread_mutex_lock(&run->state);
    while (run->settled < item && run->failed > item) {
        pthread_cond_wait(&run->turn, &run->state);
    }
    bool mine = run->settled == item && run->failed > item;
    pthread_mutex_unlock(&run->state);
    return mine;
}

static void *work(void *argument)
{
    const worker_t *self = argument;
    run_t *run = self->run;
    const parallel_t *job = run->job;
    size_t item;
    while (take(run, self->worker, &item)) {
        fault_t fault = {0};
        err_t err = job->work(job->context, self->worker, item, &fault);
        if (err != ERR_OK) {
            fail(run, item, err, &fault);
        }
        if (!wait_turn(run, item)) {
            break;
        }
        if (job->settle) {
            err = job->settle(job->context, self->worker, item, &fault);
        }
        if (err != ERR_OK) {
            fail(run, item, err, &fault);
            break;
        }
        pthread_mutex_lock(&run->state);
        run->settled = item + 1;
        pthread_cond_broadcast(&run->turn);
        pthread_mutex_unlock(&run->state);
        if (job->after) {
            err = job->after(job->context, self->worker, item, &fault);
        }
        if (err != ERR_OK) {
            fail(run, item, err, &fault);
            break;
        }
    }
    return NULL;
}

err_t parallel_run(const parallel_t *job, fault_t *fault)
{
    run_t run = {.job = job, .failed = SIZE_MAX};
    pthread_mutex_init(&run.taking, NULL);
    pthread_mutex_init(&run.state, NULL);
    pthread_cond_init(&run.turn, NULL);
    size_t threads = parallel_threads(job->threads);
    worker_t *workers = mem_array(threads, sizeof *workers);
    size_t started = 1;
    workers[0] = (worker_t){.run = &run};
    for (; started < threads; started++) {
        workers[started] = (worker_t){.run = &run, .worker = started};
        if (pthread_create(&workers[started].thread, NULL, work, &workers[started]) != 0) {
            break; // fewer threads do the same work
        }
    }
    work(&workers[0]);
    for (size_t i = 1; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    free(workers);
    pthread_cond_destroy(&run.turn);
    pthread_mutex_destroy(&run.state);
    pthread_mutex_destroy(&run.taking);
    if (run.failed != SIZE_MAX && fault) {
        *fault = run.fault;
    }
    return run.err;
}
