// SPDX-License-Identifier: MPL-2.0
#include "learn/trial_pool.h"

#include <poll.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "learn/trial.h"

// A trial that is under way, or a free seat.
typedef struct {
    trial_t *trial;
    size_t number;
} seat_t;

struct trial_pool {
    const folds_t *folds;
    seat_t *seats;
    size_t room;
    size_t threads; // of each trial; 0: all
    const atomic_int *steer;
};

trial_pool_t *trial_pool_new(const folds_t *folds, size_t room)
{
    trial_pool_t *pool = mem_new(sizeof *pool);
    pool->folds = folds;
    pool->room = room > 0 ? room : parallel_threads(0);
    pool->threads = room > 0 ? 0 : 1;
    pool->seats = mem_array(pool->room, sizeof *pool->seats);
    return pool;
}

static err_t begin(void *context, size_t number, const json_t *order, fault_t *fault)
{
    trial_pool_t *pool = context;
    size_t i = 0;
    while (pool->seats[i].trial) { // the caller keeps to the room
        i++;
    }
    json_t *own = json_copy((json_t *)order);
    if (pool->threads > 0) {
        json_object_set_new(own, "threads", json_integer((json_int_t)pool->threads));
    }
    err_t err = trial_begin(pool->folds, own, &pool->seats[i].trial, fault);
    pool->seats[i].number = number;
    json_decref(own);
    return err;
}

static err_t next(void *context, int64_t wait_ms, size_t *ret_number, json_t **ret_row,
                  fault_t *fault)
{
    (void)fault;
    trial_pool_t *pool = context;
    struct pollfd *items = mem_array(pool->room, sizeof *items);
    *ret_row = NULL;
    for (size_t i = 0; i < pool->room; i++) {
        const trial_t *trial = pool->seats[i].trial;
        items[i] = (struct pollfd){.fd = trial ? trial_fd(trial) : -1, .events = POLLIN};
    }
    int ready = poll(items, pool->room, (int)wait_ms);
    for (size_t i = 0; i < pool->room && ready > 0 && !*ret_row; i++) {
        seat_t *seat = &pool->seats[i];
        if (items[i].revents && trial_listen(seat->trial)) {
            *ret_number = seat->number;
            *ret_row = trial_end(&seat->trial);
        }
    }
    free(items);
    return ERR_OK;
}

static void drop(void *context)
{
    trial_pool_t *pool = context;
    for (size_t i = 0; i < pool->room; i++) {
        if (pool->seats[i].trial) {
            json_decref(trial_end(&pool->seats[i].trial));
        }
    }
}

static steer_t steer(void *context)
{
    const trial_pool_t *pool = context;
    return pool->steer ? (steer_t)atomic_load(pool->steer) : STEER_GO;
}

trials_t trial_pool_trials(trial_pool_t *pool, const atomic_int *steer_by)
{
    pool->steer = steer_by;
    return (trials_t){.context = pool,
                      .room = pool->room,
                      .begin = begin,
                      .next = next,
                      .drop = drop,
                      .steer = steer};
}

void trial_pool_destroy(trial_pool_t **pool)
{
    if (!*pool) {
        return;
    }
    drop(*pool);
    free((*pool)->seats);
    free(*pool);
    *pool = NULL;
}
