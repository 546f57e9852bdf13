// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "actors/runtime/runtime.h"
#include "base/mem.h"

static void push(task_list_t *list, task_t *task)
{
    task->next = NULL;
    *(list->first ? list->last : &list->first) = task;
    list->last = &task->next;
}

static task_t *pop(task_list_t *list)
{
    task_t *task = list->first;
    if (task) {
        list->first = task->next;
    }
    return task;
}

static void finish(pool_t *pool, task_t *task)
{
    push(&pool->finished, task);
    eventfd_write(pool->event_fd, 1);
}

static void *thread(void *argument)
{
    pool_t *pool = argument;
    pthread_mutex_lock(&pool->mutex);
    while (true) {
        task_t *task = pop(&pool->waiting);
        if (task) {
            pthread_mutex_unlock(&pool->mutex);
            task->work(task->context);
            pthread_mutex_lock(&pool->mutex);
            finish(pool, task);
        } else if (pool->stop) {
            break;
        } else {
            pool->idle++;
            pthread_cond_wait(&pool->wake, &pool->mutex);
            pool->idle--;
        }
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

// Runs in the loop: everything that the threads have finished.
static void on_finished(actor_t *actor, void *context)
{
    (void)context;
    pool_t *pool = &actor->pool;
    eventfd_t count;
    eventfd_read(pool->event_fd, &count);
    pthread_mutex_lock(&pool->mutex);
    task_list_t finished = pool->finished;
    pool->finished = (task_list_t){0};
    pthread_mutex_unlock(&pool->mutex);
    task_t *task;
    while ((task = pop(&finished)) != NULL) {
        pool->in_flight--;
        task->done(actor, task->context);
        free(task);
    }
}

err_t pool_init(actor_t *actor, fault_t *fault)
{
    pool_t *pool = &actor->pool;
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pool->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (pool->event_fd < 0) {
        return fault_errno(fault, ERR_INTERNAL, "eventfd");
    }
    actor_watch(actor, pool->event_fd, on_finished, NULL);
    return ERR_OK;
}

void pool_fini(actor_t *actor)
{
    pool_t *pool = &actor->pool;
    pthread_mutex_lock(&pool->mutex);
    pool->stop = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->thread_count; i++) {
        pthread_join(pool->threads[i], NULL);
    }
    if (pool->event_fd > 0) {
        close(pool->event_fd);
    }
}

static void submit(actor_t *actor, actor_work_fn *work, actor_done_fn *done, void *context)
{
    pool_t *pool = &actor->pool;
    task_t *task = mem_new(sizeof *task);
    *task = (task_t){.work = work, .done = done, .context = context};
    pool->in_flight++;
    pthread_mutex_lock(&pool->mutex);
    if (!work) {
        finish(pool, task);
    } else {
        push(&pool->waiting, task);
        // A thread is started when all are at work; the first ones that are needed stay.
        if (pool->idle == 0 && pool->thread_count < POOL_THREADS &&
            pthread_create(&pool->threads[pool->thread_count], NULL, thread, pool) == 0) {
            pool->thread_count++;
        }
        pthread_cond_signal(&pool->wake);
    }
    pthread_mutex_unlock(&pool->mutex);
}

void actor_offload(actor_t *actor, actor_work_fn *work, actor_done_fn *done, void *context)
{
    submit(actor, work, done, context);
}

void pool_later(actor_t *actor, actor_done_fn *done, void *context)
{
    submit(actor, NULL, done, context);
}
