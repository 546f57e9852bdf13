// SPDX-License-Identifier: MPL-2.0
#include "base/parallel.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

typedef enum { SLOT_FREE, SLOT_BUSY, SLOT_WORKED, SLOT_SETTLED } slot_state_t;

typedef struct {
    slot_state_t state;
    size_t item;
} slot_t;

// Everything but the job is guarded by the lock.
typedef struct {
    const parallel_t *job;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    slot_t *slots;
    size_t slots_count;
    size_t next;    // the item that is taken next
    size_t settled; // items in front of it are settled
    size_t calls;   // that are out
    bool ended;     // nothing more to take
    bool taking;
    bool settling;
    bool finishing; // a call of `after` is out
    size_t failed;  // the first item that failed so far, SIZE_MAX: none
    err_t err;
    fault_t fault;
} run_t;

typedef err_t (*call_fn)(void *context, size_t slot, size_t item, fault_t *fault);

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

size_t parallel_slots(size_t threads)
{
    enum { AHEAD = 2 };
    return threads == 1 ? 1 : threads + AHEAD;
}

static void note(run_t *run, size_t item, err_t err, const fault_t *fault)
{
    if (err != ERR_OK && item < run->failed) {
        run->failed = item;
        run->err = err;
        run->fault = *fault;
    }
}

static void leave(run_t *run)
{
    run->calls++;
    pthread_mutex_unlock(&run->lock);
}

static void come_back(run_t *run)
{
    pthread_mutex_lock(&run->lock);
    run->calls--;
    pthread_cond_broadcast(&run->changed);
}

// Makes one of the job's calls for the slot's item, outside the lock.
static err_t call(run_t *run, call_fn function, const slot_t *slot)
{
    fault_t fault = {0};
    leave(run);
    err_t err = function(run->job->context, (size_t)(slot - run->slots), slot->item, &fault);
    come_back(run);
    note(run, slot->item, err, &fault);
    return err;
}

// The first slot in a state; with an item, the one that has it. NULL: none.
static slot_t *find(run_t *run, slot_state_t state, const size_t *item)
{
    for (size_t i = 0; i < run->slots_count; i++) {
        slot_t *slot = &run->slots[i];
        if (slot->state == state && (!item || slot->item == *item)) {
            return slot;
        }
    }
    return NULL;
}

static bool settle_one(run_t *run)
{
    bool may = !run->settling && run->settled < run->failed;
    slot_t *slot = may ? find(run, SLOT_WORKED, &run->settled) : NULL;
    if (!slot) {
        return false;
    }
    slot->state = SLOT_BUSY;
    run->settling = true;
    err_t err = run->job->settle ? call(run, run->job->settle, slot) : ERR_OK;
    run->settling = false;
    run->settled += err == ERR_OK;
    slot->state = run->job->after && err == ERR_OK ? SLOT_SETTLED : SLOT_FREE;
    return true;
}

static bool finish_one(run_t *run)
{
    slot_t *slot = run->finishing ? NULL : find(run, SLOT_SETTLED, NULL);
    if (!slot) {
        return false;
    }
    slot->state = SLOT_BUSY;
    run->finishing = true;
    call(run, run->job->after, slot);
    run->finishing = false;
    slot->state = SLOT_FREE;
    return true;
}

// Takes the next item into a slot; false when there is none.
static bool take(run_t *run, slot_t *slot)
{
    const parallel_t *job = run->job;
    fault_t fault = {0};
    bool more = run->next < job->count;
    slot->item = run->next;
    if (job->take) {
        run->taking = true;
        leave(run);
        err_t err = job->take(job->context, (size_t)(slot - run->slots), slot->item, &more, &fault);
        come_back(run);
        run->taking = false;
        note(run, slot->item, err, &fault);
        more = more && err == ERR_OK;
    }
    run->ended = !more;
    run->next += more;
    return more;
}

static bool work_one(run_t *run)
{
    bool may = !run->taking && !run->ended && run->failed == SIZE_MAX;
    slot_t *slot = may ? find(run, SLOT_FREE, NULL) : NULL;
    if (!slot) {
        return false;
    }
    slot->state = SLOT_BUSY;
    bool worked = take(run, slot) && call(run, run->job->work, slot) == ERR_OK;
    slot->state = worked ? SLOT_WORKED : SLOT_FREE;
    return true;
}

// Does what comes first, until there is nothing to do and no call is out that may change that.
static void *work(void *argument)
{
    run_t *run = argument;
    pthread_mutex_lock(&run->lock);
    for (;;) {
        if (settle_one(run) || finish_one(run) || work_one(run)) {
            continue;
        }
        if (run->calls == 0) {
            break;
        }
        pthread_cond_wait(&run->changed, &run->lock);
    }
    pthread_cond_broadcast(&run->changed);
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

static void run_threads(run_t *run, size_t threads)
{
    pthread_t *others = mem_array(threads, sizeof *others);
    size_t started = 0;
    while (started + 1 < threads && pthread_create(&others[started], NULL, work, run) == 0) {
        started++; // fewer threads do the same work
    }
    work(run);
    for (size_t i = 0; i < started; i++) {
        pthread_join(others[i], NULL);
    }
    free(others);
}

err_t parallel_run(const parallel_t *job, fault_t *fault)
{
    size_t threads = parallel_threads(job->threads);
    run_t run = {.job = job, .failed = SIZE_MAX};
    run.slots_count = job->slots ? job->slots : threads;
    run.slots = mem_array(run.slots_count, sizeof *run.slots);
    pthread_mutex_init(&run.lock, NULL);
    pthread_cond_init(&run.changed, NULL);
    run_threads(&run, threads);
    pthread_cond_destroy(&run.changed);
    pthread_mutex_destroy(&run.lock);
    free(run.slots);
    if (run.failed != SIZE_MAX && fault) {
        *fault = run.fault;
    }
    return run.err;
}
