// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/exchange.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

struct gate {
    pthread_mutex_t lock;
    list_t waiting; // exchanges, oldest first
    size_t open;    // exchanges there are
    pthread_cond_t none_open;
    bool closed;
    int fd;
};

exchange_t *exchange_new(struct MHD_Connection *connection, gate_t *gate)
{
    exchange_t *exchange = mem_new(sizeof *exchange);
    exchange->connection = connection;
    exchange->gate = gate;
    list_init(&exchange->held);
    list_init(&exchange->waiting);
    pthread_mutex_lock(&gate->lock);
    gate->open++;
    pthread_mutex_unlock(&gate->lock);
    return exchange;
}

static void count_out(gate_t *gate)
{
    pthread_mutex_lock(&gate->lock);
    if (--gate->open == 0) {
        pthread_cond_signal(&gate->none_open);
    }
    pthread_mutex_unlock(&gate->lock);
}

void exchange_destroy(exchange_t **exchange)
{
    exchange_t *gone = *exchange;
    if (!gone) {
        return;
    }
    buf_release(&gone->body);
    free(gone->id);
    free(gone->name);
    json_decref(gone->options);
    free(gone->token);
    free(gone->idempotency_key);
    free(gone->last_event_id);
    free(gone->range);
    free(gone->if_range);
    free(gone->if_none_match);
    if (gone->response) {
        MHD_destroy_response(gone->response);
    }
    count_out(gone->gate);
    free(gone);
    *exchange = NULL;
}

void exchange_answer(exchange_t *exchange, int status, struct MHD_Response *response)
{
    if (exchange->response) {
        MHD_destroy_response(exchange->response);
    }
    exchange->status = status;
    exchange->response = response;
}

gate_t *gate_new(fault_t *fault)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) {
        fault_errno(fault, ERR_IO, "eventfd");
        return NULL;
    }
    gate_t *gate = mem_new(sizeof *gate);
    gate->fd = fd;
    list_init(&gate->waiting);
    pthread_mutex_init(&gate->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&gate->none_open, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return gate;
}

void gate_destroy(gate_t **gate)
{
    if (!*gate) {
        return;
    }
    pthread_cond_destroy(&(*gate)->none_open);
    pthread_mutex_destroy(&(*gate)->lock);
    close((*gate)->fd);
    free(*gate);
    *gate = NULL;
}

int gate_fd(const gate_t *gate)
{
    return gate->fd;
}

void gate_clear(gate_t *gate)
{
    eventfd_t count;
    (void)eventfd_read(gate->fd, &count); // it only fails when there is nothing to clear
}

static void wake(gate_t *gate, exchange_t *exchange)
{
    list_append(&gate->waiting, &exchange->waiting);
    (void)eventfd_write(gate->fd, 1); // it only fails when the descriptor is readable anyway
}

bool gate_pass(exchange_t *exchange)
{
    gate_t *gate = exchange->gate;
    pthread_mutex_lock(&gate->lock);
    bool open = !gate->closed;
    if (open) {
        // Before the loop can see it: it may resume at once.
        MHD_suspend_connection(exchange->connection);
        exchange->suspended = true;
        exchange->held_by_loop = true;
        wake(gate, exchange);
    }
    pthread_mutex_unlock(&gate->lock);
    return open;
}

void gate_leave(exchange_t *exchange)
{
    gate_t *gate = exchange->gate;
    pthread_mutex_lock(&gate->lock);
    bool held = exchange->held_by_loop;
    if (held) {
        exchange->left = true;
        wake(gate, exchange);
    }
    pthread_mutex_unlock(&gate->lock);
    if (!held) {
        exchange_destroy(&exchange);
    }
}

exchange_t *gate_take(gate_t *gate, bool *ret_left)
{
    exchange_t *exchange = NULL;
    pthread_mutex_lock(&gate->lock);
    if (!list_empty(&gate->waiting)) {
        exchange = LIST_ITEM(gate->waiting.next, exchange_t, waiting);
        list_remove(&exchange->waiting);
        *ret_left = exchange->left;
    }
    pthread_mutex_unlock(&gate->lock);
    return exchange;
}

static bool take_turn(exchange_t *exchange)
{
    bool suspended = exchange->suspended;
    exchange->suspended = false;
    return suspended;
}

void gate_resume(exchange_t *exchange)
{
    pthread_mutex_lock(&exchange->gate->lock);
    take_turn(exchange);
    pthread_mutex_unlock(&exchange->gate->lock);
    MHD_resume_connection(exchange->connection);
}

void gate_release(exchange_t *exchange)
{
    gate_t *gate = exchange->gate;
    struct MHD_Connection *connection = exchange->connection;
    pthread_mutex_lock(&gate->lock);
    exchange->held_by_loop = false;
    list_remove(&exchange->waiting);
    bool suspended = take_turn(exchange);
    bool left = exchange->left;
    pthread_mutex_unlock(&gate->lock);
    if (left) {
        exchange_destroy(&exchange);
    } else if (suspended) {
        MHD_resume_connection(connection); // from here on the HTTP thread may free the exchange
    }
}

bool gate_has(exchange_t *exchange)
{
    pthread_mutex_lock(&exchange->gate->lock);
    bool suspended = exchange->suspended;
    pthread_mutex_unlock(&exchange->gate->lock);
    return suspended;
}

void gate_close(gate_t *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->closed = true;
    pthread_mutex_unlock(&gate->lock);
}

void gate_drain(gate_t *gate, int64_t wait_ms)
{
    int64_t end_ms = clock_mono_ms() + wait_ms;
    struct timespec end = {.tv_sec = end_ms / 1000, .tv_nsec = end_ms % 1000 * 1000000};
    pthread_mutex_lock(&gate->lock);
    int late = 0;
    while (gate->open > 0 && !late) {
        late = pthread_cond_timedwait(&gate->none_open, &gate->lock, &end);
    }
    pthread_mutex_unlock(&gate->lock);
}
