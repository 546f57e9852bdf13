// SPDX-License-Identifier: MPL-2.0
#include "data/profile/crew.h"

#include <pthread.h>
#include <stdbool.h>

#include "base/parallel.h"

typedef struct {
    const crew_t *crew;
    size_t count;
    crew_fn work;
    void *context;
    pthread_mutex_t lock; // guards what follows
    size_t next;
    size_t done;
    bool stopped;
} shift_t;

static bool take(shift_t *shift, size_t *ret_item)
{
    pthread_mutex_lock(&shift->lock);
    bool more = !shift->stopped && shift->next < shift->count;
    if (more) {
        *ret_item = shift->next++;
    }
    pthread_mutex_unlock(&shift->lock);
    return more;
}

// Counts an item that ended; CANCELLED when nobody wants the work any more.
static err_t end_item(shift_t *shift, err_t err, fault_t *fault)
{
    pthread_mutex_lock(&shift->lock);
    shift->done++;
    double fraction = (double)shift->done / (double)shift->count;
    if (err == ERR_OK && !progress_report(shift->crew->progress, fraction, shift->crew->stage)) {
        err = fault_set(fault, ERR_CANCELLED, NULL, "the profile was cancelled");
    }
    shift->stopped = shift->stopped || err != ERR_OK;
    pthread_mutex_unlock(&shift->lock);
    return err;
}

static err_t work_shift(void *context, size_t worker, size_t item, fault_t *fault)
{
    (void)item;
    shift_t *shift = context;
    err_t err = ERR_OK;
    size_t mine;
    while (err == ERR_OK && take(shift, &mine)) {
        err = shift->work(shift->context, worker, mine, fault);
        err = end_item(shift, err, fault);
    }
    return err;
}

err_t crew_run(const crew_t *crew, size_t count, crew_fn work, void *context, fault_t *fault)
{
    shift_t shift = {.crew = crew, .count = count, .work = work, .context = context};
    if (count == 0) {
        return ERR_OK;
    }
    pthread_mutex_init(&shift.lock, NULL);
    size_t threads = crew->threads < count ? crew->threads : count;
    parallel_t job = {.context = &shift, .threads = threads, .count = threads, .work = work_shift};
    err_t err = parallel_run(&job, fault);
    pthread_mutex_destroy(&shift.lock);
    return err;
}
