// SPDX-License-Identifier: MPL-2.0
#include "data/engine/sort.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "data/frame/import.h"

enum { HEAD = 8, WRITE_BYTES = 1 << 20 };

// A record in memory.
typedef struct {
    uint64_t prefix; // the first bytes of its key, which tell most keys apart
    uint64_t at;
} entry_t;

// A run while it is merged.
typedef struct {
    int64_t at; // in the file: what is read next
    int64_t end;
    char *bytes;
    size_t capacity;
    size_t size;
    size_t next;    // the present record
    uint64_t order; // of the run
} run_t;

struct sorter {
    size_t memory;
    buf_t records;
    entry_t *entries;
    size_t count;
    size_t capacity;
    int fd; // -1 while there is no file
    int64_t size;
    run_t *runs;
    size_t runs_count;
};

sorter_t *sort_new(size_t memory)
{
    sorter_t *sorter = mem_new(sizeof *sorter);
    sorter->memory = memory;
    sorter->fd = -1;
    return sorter;
}

static uint32_t key_size(const char *record)
{
    uint32_t size;
    memcpy(&size, record, sizeof size);
    return size;
}

static uint32_t body_size(const char *record)
{
    uint32_t size;
    memcpy(&size, record + 4, sizeof size);
    return size;
}

static size_t record_size(const char *record)
{
    return (size_t)HEAD + key_size(record) + body_size(record);
}

static uint64_t prefix_of(const char *record)
{
    uint64_t prefix = 0;
    size_t size = key_size(record);
    memcpy(&prefix, record + HEAD, size < 8 ? size : 8);
    return __builtin_bswap64(prefix);
}

static int compare_keys(const char *a, const char *b)
{
    size_t a_size = key_size(a);
    size_t b_size = key_size(b);
    int order = memcmp(a + HEAD, b + HEAD, a_size < b_size ? a_size : b_size);
    return order ? order : (a_size > b_size) - (a_size < b_size);
}

static int compare_entries(const void *left, const void *right, void *context)
{
    const entry_t *a = left;
    const entry_t *b = right;
    const char *records = context;
    if (a->prefix != b->prefix) {
        return a->prefix < b->prefix ? -1 : 1;
    }
    int order = compare_keys(records + a->at, records + b->at);
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

static void sort_entries(sorter_t *sorter)
{
    if (sorter->count > 1) {
        qsort_r(sorter->entries, sorter->count, sizeof *sorter->entries, compare_entries,
                sorter->records.data);
    }
}

// --- Runs --------------------------------------------------------------------------------------

static err_t write_out(sorter_t *sorter, buf_t *bytes, fault_t *fault)
{
    for (size_t done = 0; done < bytes->size;) {
        ssize_t wrote = pwrite(sorter->fd, bytes->data + done, bytes->size - done, sorter->size);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return fault_errno(fault, errno == ENOSPC ? ERR_FULL : ERR_IO, "the sorted rows");
        }
        done += (size_t)wrote;
        sorter->size += wrote;
    }
    buf_clear(bytes);
    return ERR_OK;
}

static err_t write_run(sorter_t *sorter, fault_t *fault)
{
    err_t err = sorter->fd < 0 ? import_scratch(NULL, &sorter->fd, fault) : ERR_OK;
    run_t run = {.at = sorter->size, .order = sorter->runs_count};
    buf_t bytes = {0};
    sort_entries(sorter);
    for (size_t i = 0; i < sorter->count && err == ERR_OK; i++) {
        const char *record = sorter->records.data + sorter->entries[i].at;
        buf_add(&bytes, record, record_size(record));
        err = bytes.size >= WRITE_BYTES ? write_out(sorter, &bytes, fault) : ERR_OK;
    }
    err = err == ERR_OK ? write_out(sorter, &bytes, fault) : err;
    buf_release(&bytes);
    run.end = sorter->size;
    sorter->runs = mem_resize(sorter->runs, sorter->runs_count + 1, sizeof *sorter->runs);
    sorter->runs[sorter->runs_count++] = run;
    sorter->count = 0;
    buf_clear(&sorter->records);
    return err;
}

static err_t add_record(sorter_t *sorter, const char *record, size_t size, fault_t *fault)
{
    size_t held = sorter->records.size + sorter->count * sizeof *sorter->entries;
    if (sorter->count > 0 && held + size + sizeof *sorter->entries > sorter->memory) {
        err_t err = write_run(sorter, fault);
        if (err != ERR_OK) {
            return err;
        }
    }
    if (sorter->count == sorter->capacity) {
        sorter->capacity = sorter->capacity ? sorter->capacity * 2 : 1024;
        sorter->entries = mem_resize(sorter->entries, sorter->capacity, sizeof *sorter->entries);
    }
    sorter->entries[sorter->count++] =
        (entry_t){.prefix = prefix_of(record), .at = sorter->records.size};
    buf_add(&sorter->records, record, size);
    return ERR_OK;
}

err_t sort_add(sorter_t *sorter, const buf_t *records, fault_t *fault)
{
    err_t err = ERR_OK;
    for (size_t at = 0; at < records->size && err == ERR_OK;) {
        size_t size = record_size(records->data + at);
        err = add_record(sorter, records->data + at, size, fault);
        at += size;
    }
    return err;
}

// --- Merging -----------------------------------------------------------------------------------

static size_t left_of(const run_t *run)
{
    return run->size - run->next;
}

// Reads on until at least `wanted` bytes are there.
static err_t read_run(sorter_t *sorter, run_t *run, size_t wanted, fault_t *fault)
{
    size_t left = left_of(run);
    if (run->next > 0) {
        memmove(run->bytes, run->bytes + run->next, left);
    }
    run->next = 0;
    run->size = left;
    size_t room = wanted > SORT_READ_BYTES ? wanted : SORT_READ_BYTES;
    if (run->capacity < room) {
        run->bytes = mem_resize(run->bytes, room, 1);
        run->capacity = room;
    }
    while (run->size < wanted) {
        size_t more = run->capacity - run->size;
        int64_t rest = run->end - run->at;
        more = rest < (int64_t)more ? (size_t)rest : more;
        ssize_t got = more > 0 ? pread(sorter->fd, run->bytes + run->size, more, run->at) : 0;
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return fault_errno(fault, ERR_IO, "the sorted rows");
        }
        run->at += got;
        run->size += (size_t)got;
    }
    return ERR_OK;
}

// Makes the record at run->next whole; without one, nothing is left of the run.
static err_t load(sorter_t *sorter, run_t *run, fault_t *fault)
{
    err_t err = ERR_OK;
    if (left_of(run) == 0 && run->at == run->end) {
        return ERR_OK;
    }
    if (left_of(run) < HEAD) {
        err = read_run(sorter, run, HEAD, fault);
    }
    if (err == ERR_OK && left_of(run) < record_size(run->bytes + run->next)) {
        err = read_run(sorter, run, record_size(run->bytes + run->next), fault);
    }
    return err;
}

static bool is_less(const run_t *a, const run_t *b)
{
    int order = compare_keys(a->bytes + a->next, b->bytes + b->next);
    return order < 0 || (order == 0 && a->order < b->order);
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

static err_t give(const char *record, sort_take_fn take, void *context, fault_t *fault)
{
    return take(context, record + HEAD + key_size(record), body_size(record), fault);
}

static err_t merge_runs(sorter_t *sorter, run_t **heap, sort_take_fn take, void *context,
                        fault_t *fault)
{
    size_t count = sorter->runs_count;
    err_t err = ERR_OK;
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        heap[i] = &sorter->runs[i];
        err = load(sorter, heap[i], fault);
    }
    for (size_t i = count / 2; i-- > 0 && err == ERR_OK;) {
        sift(heap, count, i);
    }
    while (count > 0 && err == ERR_OK) {
        run_t *run = heap[0];
        const char *record = run->bytes + run->next;
        err = give(record, take, context, fault);
        run->next += record_size(record);
        err = err == ERR_OK ? load(sorter, run, fault) : err;
        if (left_of(run) == 0) {
            heap[0] = heap[--count];
        }
        if (err == ERR_OK) {
            sift(heap, count, 0);
        }
    }
    return err;
}

err_t sort_merge(sorter_t *sorter, sort_take_fn take, void *context, fault_t *fault)
{
    err_t err = ERR_OK;
    if (sorter->runs_count == 0) {
        sort_entries(sorter);
        for (size_t i = 0; i < sorter->count && err == ERR_OK; i++) {
            err = give(sorter->records.data + sorter->entries[i].at, take, context, fault);
        }
        return err;
    }
    err = sorter->count > 0 ? write_run(sorter, fault) : ERR_OK;
    buf_release(&sorter->records);
    if (err == ERR_OK) {
        run_t **heap = mem_array(sorter->runs_count, sizeof(run_t *));
        err = merge_runs(sorter, heap, take, context, fault);
        free(heap);
    }
    return err;
}

void sort_destroy(sorter_t **sorter)
{
    if (!*sorter) {
        return;
    }
    if ((*sorter)->fd >= 0) {
        close((*sorter)->fd);
    }
    for (size_t i = 0; i < (*sorter)->runs_count; i++) {
        free((*sorter)->runs[i].bytes);
    }
    free((*sorter)->runs);
    free((*sorter)->entries);
    buf_release(&(*sorter)->records);
    free(*sorter);
    *sorter = NULL;
}
