// SPDX-License-Identifier: MPL-2.0
#include "broker/spool.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "broker/log/layout.h"

// One append of the core inside a batch.
typedef struct {
    int64_t token;
    uint32_t first; // of its entries in the batch
    uint32_t count;
} unit_t;

// A batch on its way, with the appends in it.
typedef struct bundle {
    commit_t commit;
    unit_t *units;
    size_t count;
    size_t capacity;
    struct bundle *next;
} bundle_t;

// What the core asked for with one effect.
typedef struct {
    int64_t token;
    fetch_t *fetches;
    size_t count;
} read_t;

struct spool {
    committer_t *committer;
    fetcher_t *fetcher;
    bundle_t *gathering; // the oldest first, the last one is still open; never NULL
    bundle_t *in_flight; // at the log thread
    bundle_t *done;      // outcomes to be given out
    bundle_t *failed;    // the same, the newest first
    size_t outcome;      // next unit of `done`
    uint64_t *positions;
    size_t position_capacity;
    read_t *reads;
    size_t read_first;
    size_t read_count;
    size_t read_capacity;
    buf_t bytes;   // of the last read
    view_t *views; // of the entries in it
    bool low;
    int64_t took_ms; // of the last commit that synced; -1: told already
};

static bundle_t *new_bundle(void)
{
    return mem_new(sizeof(bundle_t));
}

spool_t *spool_new(committer_t *committer, fetcher_t *fetcher)
{
    spool_t *spool = mem_new(sizeof *spool);
    spool->committer = committer;
    spool->fetcher = fetcher;
    spool->gathering = new_bundle();
    spool->took_ms = -1;
    return spool;
}

static void free_bundles(bundle_t *bundle)
{
    while (bundle) {
        bundle_t *next = bundle->next;
        batch_release(&bundle->commit.batch);
        free(bundle->units);
        free(bundle);
        bundle = next;
    }
}

void spool_destroy(spool_t **spool)
{
    spool_t *old = *spool;
    if (!old) {
        return;
    }
    notice_t notice;
    while (old->in_flight && committer_receive(old->committer, true, &notice) && !notice.commit) {
    }
    free_bundles(old->gathering);
    free_bundles(old->in_flight);
    free_bundles(old->done);
    free_bundles(old->failed);
    free(old->positions);
    for (size_t i = 0; i < old->read_count; i++) {
        free(old->reads[old->read_first + i].fetches);
    }
    free(old->reads);
    free(old->views);
    buf_release(&old->bytes);
    free(old);
    *spool = NULL;
}

// The bundle that takes the next append: the last, or a new one behind it when that is full.
static bundle_t *open_bundle(spool_t *spool, size_t more)
{
    bundle_t *last = spool->gathering;
    while (last->next) {
        last = last->next;
    }
    if (last->commit.batch.count > 0 &&
        last->commit.batch.bytes.size + more > JOURNAL_BATCH_BYTES) {
        last->next = new_bundle();
        last = last->next;
    }
    return last;
}

static size_t effect_size(const effect_t *effect)
{
    size_t size = 0;
    for (size_t i = 0; i < effect->entry_count; i++) {
        size += layout_record_room(effect->entries[i].head.size + effect->entries[i].body.size);
    }
    return size;
}

void spool_append(spool_t *spool, const effect_t *effect)
{
    bundle_t *bundle = open_bundle(spool, effect_size(effect));
    if (bundle->count == bundle->capacity) {
        bundle->capacity = bundle->capacity ? bundle->capacity * 2 : 64;
        bundle->units = mem_resize(bundle->units, bundle->capacity, sizeof(unit_t));
    }
    bundle->units[bundle->count++] = (unit_t){.token = effect->token,
                                              .first = bundle->commit.batch.count,
                                              .count = (uint32_t)effect->entry_count};
    int64_t within_ms = effect->sync_ms;
    if (bundle->count == 1 || within_ms < bundle->commit.sync_within_ms) {
        bundle->commit.sync_within_ms = within_ms;
    }
    for (size_t i = 0; i < effect->entry_count; i++) {
        const effect_entry_t *entry = &effect->entries[i];
        batch_add(&bundle->commit.batch, entry->head.data, entry->head.size, entry->body.data,
                  entry->body.size, entry->whole);
    }
}

void spool_trim(spool_t *spool, const effect_t *effect)
{
    uint32_t segment = (uint32_t)(effect->position >> 32);
    fetcher_trim(spool->fetcher, segment);
    open_bundle(spool, 0)->commit.trim_before = segment;
}

void spool_read(spool_t *spool, const effect_t *effect)
{
    if (spool->read_first + spool->read_count == spool->read_capacity) {
        if (spool->read_first > 0) {
            memmove(spool->reads, spool->reads + spool->read_first,
                    spool->read_count * sizeof(read_t));
            spool->read_first = 0;
        } else {
            spool->read_capacity = spool->read_capacity ? spool->read_capacity * 2 : 64;
            spool->reads = mem_resize(spool->reads, spool->read_capacity, sizeof(read_t));
        }
    }
    read_t read = {.token = effect->token,
                   .fetches = mem_array(effect->spot_count, sizeof(fetch_t)),
                   .count = effect->spot_count};
    for (size_t i = 0; i < read.count; i++) {
        read.fetches[i].position = effect->spots[i].position;
        read.fetches[i].size = effect->spots[i].size;
    }
    spool->reads[spool->read_first + spool->read_count++] = read;
}

// One that fails as a whole is an event of its own kind.
static void fill_event(spool_t *spool, const read_t *read, err_t err, event_t *ret)
{
    bool failed = read->count == 1 && err;
    *ret = (event_t){.kind = failed ? EVENT_READ_FAILED : EVENT_READ,
                     .token = read->token,
                     .code = err,
                     .bytes = {read->fetches[0].bytes, read->fetches[0].size},
                     .reads = spool->views,
                     .read_count = read->count};
}

bool spool_next_read(spool_t *spool, event_t *ret)
{
    if (spool->read_count == 0) {
        return false;
    }
    read_t read = spool->reads[spool->read_first++];
    if (--spool->read_count == 0) {
        spool->read_first = 0;
    }
    fault_t fault;
    err_t err = fetcher_read_many(spool->fetcher, read.fetches, read.count, &spool->bytes, &fault);
    if (err) {
        log_event(LOG_ERROR, "log.read", "%s", fault.detail);
    }
    spool->views = mem_resize(spool->views, read.count, sizeof(view_t));
    for (size_t i = 0; i < read.count; i++) {
        spool->views[i] = (view_t){read.fetches[i].bytes, read.fetches[i].size};
    }
    fill_event(spool, &read, err, ret);
    free(read.fetches);
    return true;
}

void spool_submit(spool_t *spool)
{
    bundle_t *bundle = spool->gathering;
    bool empty = bundle->commit.batch.count == 0 && bundle->commit.trim_before == 0;
    if (spool->in_flight || spool->done || spool->failed || empty) {
        return;
    }
    spool->gathering = bundle->next ? bundle->next : new_bundle();
    bundle->next = NULL;
    spool->in_flight = bundle;
    committer_submit(spool->committer, &bundle->commit);
}

bool spool_busy(const spool_t *spool)
{
    const commit_t *next = &spool->gathering->commit;
    return spool->in_flight || spool->done || spool->failed || next->batch.count > 0 ||
           next->trim_before > 0;
}

// What was not written fails, and with it everything behind it, the newest first, so that offsets
// stay dense.
static void fail_all(spool_t *spool, bundle_t *bundle)
{
    err_t err = bundle->commit.err;
    log_event(LOG_ERROR, "log.append", "%s", bundle->commit.fault.detail);
    bundle->next = spool->gathering;
    spool->gathering = new_bundle();
    while (bundle) {
        bundle_t *next = bundle->next;
        bundle->commit.err = err;
        bundle->next = spool->failed;
        spool->failed = bundle;
        bundle = next;
    }
}

// What the log thread gives back: its outcomes are to be given out. ERR_IO is the end.
static err_t take_done(spool_t *spool, fault_t *fault)
{
    bundle_t *bundle = spool->in_flight;
    spool->in_flight = NULL;
    const commit_t *commit = &bundle->commit;
    if (commit->err == ERR_FULL || commit->err == ERR_TOO_LARGE) {
        fail_all(spool, bundle);
        return ERR_OK;
    }
    if (commit->trim_err) {
        log_event(LOG_ERROR, "log.trim", "%s", commit->trim_fault.detail);
    }
    err_t err = commit->err;
    if (err) {
        if (fault) {
            *fault = commit->fault;
        }
        free_bundles(bundle);
        return err;
    }
    spool->done = bundle;
    spool->outcome = 0;
    return ERR_OK;
}

err_t spool_receive(spool_t *spool, bool wait, fault_t *fault)
{
    notice_t notice = {0};
    while (!notice.commit &&
           committer_receive(spool->committer, wait && spool->in_flight, &notice)) {
        spool->low = notice.low;
        if (notice.err) {
            if (fault) {
                *fault = *committer_fault(spool->committer);
            }
            return notice.err;
        }
    }
    if (notice.commit && notice.commit->batch.count > 0 && notice.commit->sync_within_ms <= 0) {
        spool->took_ms = notice.commit->took_ms;
    }
    return notice.commit ? take_done(spool, fault) : ERR_OK;
}

int64_t spool_took_ms(spool_t *spool)
{
    int64_t took_ms = spool->took_ms;
    spool->took_ms = -1;
    return took_ms;
}

bool spool_low(const spool_t *spool)
{
    return spool->low;
}

static void place_unit(spool_t *spool, const bundle_t *bundle, const unit_t *unit)
{
    if (unit->count > spool->position_capacity) {
        spool->position_capacity = unit->count;
        spool->positions = mem_resize(spool->positions, unit->count, sizeof(uint64_t));
    }
    for (uint32_t i = 0; i < unit->count; i++) {
        spool->positions[i] = bundle->commit.base + bundle->commit.batch.starts[unit->first + i];
    }
}

// Gives a finished bundle's memory back to be gathered in again.
static void recycle(spool_t *spool, bundle_t *bundle)
{
    if (spool->gathering->commit.batch.capacity == 0 && spool->gathering->count == 0 &&
        spool->gathering->commit.trim_before == 0) {
        bundle->commit.trim_before = 0;
        bundle->count = 0;
        batch_clear(&bundle->commit.batch);
        bundle->next = NULL;
        free_bundles(spool->gathering);
        spool->gathering = bundle;
    } else {
        bundle->next = NULL;
        free_bundles(bundle);
    }
}

static bool next_done(spool_t *spool, event_t *ret)
{
    bundle_t *bundle = spool->done;
    if (spool->outcome == bundle->count) {
        spool->done = NULL;
        recycle(spool, bundle);
        return false;
    }
    const unit_t *unit = &bundle->units[spool->outcome++];
    place_unit(spool, bundle, unit);
    *ret = (event_t){.kind = EVENT_APPENDED, .token = unit->token, .positions = spool->positions};
    return true;
}

bool spool_next_outcome(spool_t *spool, event_t *ret)
{
    if (spool->done) {
        return next_done(spool, ret);
    }
    while (spool->failed && spool->failed->count == 0) {
        bundle_t *bundle = spool->failed;
        spool->failed = bundle->next;
        bundle->next = NULL;
        free_bundles(bundle);
    }
    if (!spool->failed) {
        return false;
    }
    const unit_t *unit = &spool->failed->units[--spool->failed->count];
    *ret = (event_t){
        .kind = EVENT_APPEND_FAILED, .token = unit->token, .code = spool->failed->commit.err};
    return true;
}
