// SPDX-License-Identifier: MPL-2.0
#include "cli/worker_input.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

enum { LINES_MAX = 4096 };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t more;
    char *lines[LINES_MAX]; // a ring
    size_t first;
    size_t count;
    bool begun; // the job has come
    bool large; // it was too large
    bool ended; // input ended before it came
} input = {.lock = PTHREAD_MUTEX_INITIALIZER};

// Whoever sends more than LINES_MAX lines ahead waits.
static void put(const char *bytes, size_t size)
{
    pthread_mutex_lock(&input.lock);
    while (input.count == LINES_MAX) {
        pthread_cond_wait(&input.more, &input.lock);
    }
    char *line = mem_array(size + 1, 1);
    memcpy(line, bytes, size);
    input.lines[(input.first + input.count++) % LINES_MAX] = line;
    pthread_cond_broadcast(&input.more);
    pthread_mutex_unlock(&input.lock);
}

static void put_lines(buf_t *read)
{
    char *start = read->data;
    char *end = start + read->size;
    char *stop;
    while (start < end && (stop = memchr(start, '\n', (size_t)(end - start))) != NULL) {
        put(start, (size_t)(stop - start));
        start = stop + 1;
    }
    memmove(read->data, start, (size_t)(end - start));
    read->size = (size_t)(end - start);
}

// Nothing more comes: the end of the process, unless somebody still waits for the job to say so.
static void end(bool large)
{
    pthread_mutex_lock(&input.lock);
    bool begun = input.begun || input.count > 0;
    input.large = large;
    input.ended = !begun;
    pthread_cond_broadcast(&input.more);
    pthread_mutex_unlock(&input.lock);
    if (begun) {
        _exit(INPUT_EXIT_STOPPED);
    }
}

static void *listen(void *unused)
{
    (void)unused;
    buf_t read_bytes = {0};
    for (;;) {
        char *to = buf_reserve(&read_bytes, 4096);
        ssize_t n = read(STDIN_FILENO, to, 4096);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            break;
        }
        read_bytes.size += (size_t)n;
        if (read_bytes.size > INPUT_LINE_MAX) {
            break;
        }
        put_lines(&read_bytes);
    }
    end(read_bytes.size > INPUT_LINE_MAX);
    buf_release(&read_bytes);
    return NULL;
}

// The next line, for the caller to free(); NULL at the end, or when the time is over.
static char *take(const struct timespec *until)
{
    pthread_mutex_lock(&input.lock);
    int rc = 0;
    while (input.count == 0 && !input.ended && rc == 0) {
        rc = until ? pthread_cond_timedwait(&input.more, &input.lock, until)
                   : pthread_cond_wait(&input.more, &input.lock);
    }
    char *line = NULL;
    if (input.count > 0) {
        line = input.lines[input.first];
        input.first = (input.first + 1) % LINES_MAX;
        input.count--;
        input.begun = true;
        pthread_cond_broadcast(&input.more);
    }
    pthread_mutex_unlock(&input.lock);
    return line;
}

static void init_clock(void)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&input.more, &attributes);
    pthread_condattr_destroy(&attributes);
}

err_t input_begin(json_t **ret_job, fault_t *fault)
{
    pthread_t thread;
    init_clock();
    if (pthread_create(&thread, NULL, listen, NULL) != 0) {
        return fault_set(fault, ERR_BUSY, NULL, "no thread could be started");
    }
    pthread_detach(thread);
    char *line = take(NULL);
    if (!line) {
        return input.large ? fault_set(fault, ERR_TOO_LARGE, "send a smaller job",
                                       "the job is larger than %d bytes", INPUT_LINE_MAX)
                           : fault_set(fault, ERR_INVALID, "send one line of JSON",
                                       "standard input ended before the job was complete");
    }
    json_error_t error;
    json_t *job = json_loads(line, JSON_REJECT_DUPLICATES, &error);
    free(line);
    if (!json_is_object(job)) {
        fault_set(fault, ERR_INVALID, "send one JSON object", "the job is not valid: %s",
                  job ? "not an object" : error.text);
        json_decref(job);
        return ERR_INVALID;
    }
    *ret_job = job;
    return ERR_OK;
}

json_t *input_next(int64_t wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += wait_ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    char *line = take(wait_ms < 0 ? NULL : &until);
    json_t *word = line ? json_loads(line, JSON_REJECT_DUPLICATES, NULL) : NULL;
    free(line);
    return word;
}
