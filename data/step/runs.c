// SPDX-License-Identifier: MPL-2.0
#include "data/step/runs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "data/frame/import.h"

// One run while it is merged.
typedef struct {
    int64_t at; // in the file: what is read next
    int64_t end;
    run_record_t *records;
    size_t count;
    size_t next;
} run_t;

struct runs {
    int fd; // -1 while there is no file
    run_record_t *records;
    size_t count;
    size_t capacity;
    size_t most;
    run_t *runs;
    size_t runs_count;
    int64_t size; // of the file
};

runs_t *runs_new(size_t memory)
{
    runs_t *runs = mem_new(sizeof *runs);
    runs->fd = -1;
    runs->most = memory / sizeof(run_record_t) > 0 ? memory / sizeof(run_record_t) : 1;
    return runs;
}

static int compare(const void *left, const void *right)
{
    const run_record_t *a = left;
    const run_record_t *b = right;
    for (size_t i = 0; i < 3; i++) {
        if (a->words[i] != b->words[i]) {
            return a->words[i] < b->words[i] ? -1 : 1;
        }
    }
    return 0;
}

static err_t write_all(runs_t *runs, const char *bytes, size_t size, fault_t *fault)
{
    while (size > 0) {
        ssize_t done = pwrite(runs->fd, bytes, size, runs->size);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return fault_errno(fault, errno == ENOSPC ? ERR_FULL : ERR_IO, "the temporary file");
        }
        bytes += done;
        size -= (size_t)done;
        runs->size += done;
    }
    return ERR_OK;
}

static err_t spill(runs_t *runs, fault_t *fault)
{
    err_t err = runs->fd < 0 ? import_scratch(NULL, &runs->fd, fault) : ERR_OK;
    if (err != ERR_OK) {
        return err;
    }
    qsort(runs->records, runs->count, sizeof *runs->records, compare);
    run_t run = {.at = runs->size};
    err = write_all(runs, (const char *)runs->records, runs->count * sizeof *runs->records, fault);
    run.end = runs->size;
    runs->runs = mem_resize(runs->runs, runs->runs_count + 1, sizeof *runs->runs);
    runs->runs[runs->runs_count++] = run;
    runs->count = 0;
    return err;
}

err_t runs_add(runs_t *runs, const run_record_t *record, fault_t *fault)
{
    if (runs->count == runs->most) {
        err_t err = spill(runs, fault);
        if (err != ERR_OK) {
            return err;
        }
    }
    if (runs->count == runs->capacity) {
        size_t more = runs->capacity ? runs->capacity * 2 : 1024;
        runs->capacity = more < runs->most ? more : runs->most;
        runs->records = mem_resize(runs->records, runs->capacity, sizeof *runs->records);
    }
    runs->records[runs->count++] = *record;
    return ERR_OK;
}

// --- Merging -----------------------------------------------------------------------------------

// The next records of a run; none at its end.
static err_t refill(runs_t *runs, run_t *run, fault_t *fault)
{
    if (!run->records) {
        run->records = mem_new(RUNS_READ_BYTES);
    }
    int64_t left = run->end - run->at;
    size_t wanted = left < RUNS_READ_BYTES ? (size_t)left : RUNS_READ_BYTES;
    size_t got = 0;
    while (got < wanted) {
        ssize_t done =
            pread(runs->fd, (char *)run->records + got, wanted - got, run->at + (int64_t)got);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return fault_errno(fault, ERR_IO, "the temporary file");
        }
        got += (size_t)done;
    }
    run->at += (int64_t)got;
    run->count = got / sizeof *run->records;
    run->next = 0;
    return ERR_OK;
}

static bool is_less(const run_t *a, const run_t *b)
{
    return compare(&a->records[a->next], &b->records[b->next]) < 0;
}

// Restores the heap below `at`.
static void sift(run_t **heap, size_t count, size_t at)
{
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
            least = is_less(heap[child], heap[least]) ? child : least;
        }
        if (least == at) {
            return;
        }
        run_t *run = heap[at];
        heap[at] = heap[least];
        heap[least] = run;
        at = least;
    }
}

static err_t merge_files(runs_t *runs, void (*take)(void *context, const run_record_t *record),
                         void *context, run_t **heap, fault_t *fault)
{
    size_t count = runs->runs_count;
    err_t err = ERR_OK;
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        heap[i] = &runs->runs[i];
        err = refill(runs, heap[i], fault);
    }
    for (size_t i = count / 2; i-- > 0 && err == ERR_OK;) {
        sift(heap, count, i);
    }
    while (count > 0 && err == ERR_OK) {
        run_t *run = heap[0];
        take(context, &run->records[run->next++]);
        err = run->next == run->count ? refill(runs, run, fault) : ERR_OK;
        if (run->count == 0) {
            heap[0] = heap[--count];
        }
        sift(heap, count, 0);
    }
    return err;
}

err_t runs_merge(runs_t *runs, void (*take)(void *context, const run_record_t *record),
                 void *context, fault_t *fault)
{
    if (runs->runs_count == 0) {
        if (runs->count > 0) {
            qsort(runs->records, runs->count, sizeof *runs->records, compare);
        }
        for (size_t i = 0; i < runs->count; i++) {
            take(context, &runs->records[i]);
        }
        return ERR_OK;
    }
    err_t err = runs->count > 0 ? spill(runs, fault) : ERR_OK;
    if (err != ERR_OK) {
        return err;
    }
    run_t **heap = mem_array(runs->runs_count, sizeof(run_t *));
    err = merge_files(runs, take, context, heap, fault);
    free(heap);
    return err;
}

void runs_destroy(runs_t **runs)
{
    if (!*runs) {
        return;
    }
    if ((*runs)->fd >= 0) {
        close((*runs)->fd);
    }
    for (size_t i = 0; i < (*runs)->runs_count; i++) {
        free((*runs)->runs[i].records);
    }
    free((*runs)->runs);
    free((*runs)->records);
    free(*runs);
    *runs = NULL;
}
