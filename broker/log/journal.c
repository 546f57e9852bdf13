// SPDX-License-Identifier: MPL-2.0
#include "broker/log/journal.h"

#include <errno.h>
#include <string.h>

#include "broker/log/journal_state.h"

enum {
    SPARE_LEAST = 4 << 20,   // a segment that is tried when the disk has no room for a larger one
    SMALL_BYTES = 64 << 10,  // batches below this are helped by zeros ahead
    AHEAD_BYTES = 256 << 10, // written ahead: a sync of blocks that were written before is faster
    PAGE = 4096,
};

static err_t refuse_failed(const journal_t *journal, fault_t *fault)
{
    return fault_set(fault, journal->failed, "check the disk, then start the broker again",
                     "%s: an earlier write failed", journal->active.path);
}

bool journal_unsynced(const journal_t *journal)
{
    return journal->synced + 1 < journal->sequence;
}

// After a failed sync nobody knows what is on disk: it is never tried again, and ENOSPC is no
// exception.
err_t journal_sync(journal_t *journal, fault_t *fault)
{
    if (journal->failed) {
        return refuse_failed(journal, fault);
    }
    if (!journal_unsynced(journal)) {
        return ERR_OK;
    }
    if (journal->disk->sync(journal->disk, journal->active.file) < 0) {
        journal->failed = ERR_IO;
        return fault_set(fault, ERR_IO, "check the disk, then start the broker again",
                         "%s: fdatasync: %s", journal->active.path, strerror(errno));
    }
    journal->synced = journal->sequence - 1;
    return ERR_OK;
}

static bool write_zeros(const journal_t *journal, uint32_t from, uint32_t to)
{
    static const char zeros[AHEAD_BYTES];
    while (from < to) {
        uint32_t size = to - from < AHEAD_BYTES ? to - from : AHEAD_BYTES;
        if (!disk_write_all(journal->disk, journal->active.file, zeros, size, from)) {
            return false;
        }
        from += size;
    }
    return true;
}

// A disk that is full leaves the log as it was; anything else is the end.
static err_t fail_write(journal_t *journal, fault_t *fault)
{
    err_t err = fault_errno(fault, ERR_IO, journal->active.path);
    journal->failed = err == ERR_FULL ? ERR_OK : err;
    return err;
}

// Zeros the remains of a failed write from here on.
static err_t clean(journal_t *journal, uint32_t from, fault_t *fault)
{
    if (journal->dirty > from && !write_zeros(journal, from, journal->dirty)) {
        return fail_write(journal, fault);
    }
    journal->dirty = 0;
    return ERR_OK;
}

// Zeros ahead of small batches. When they cannot be written nothing is lost but speed.
static void write_ahead(journal_t *journal, uint32_t end, size_t size)
{
    if (end <= journal->written) {
        return;
    }
    journal->written = end;
    uint32_t to = (end + AHEAD_BYTES) / PAGE * PAGE;
    to = to < journal->active.head.size ? to : journal->active.head.size;
    if (size < SMALL_BYTES && write_zeros(journal, end, to)) {
        journal->written = to;
    }
}

static err_t write_batch(journal_t *journal, const batch_t *batch, fault_t *fault)
{
    uint32_t end = journal->at + (uint32_t)batch->bytes.size;
    bool good = disk_write_all(journal->disk, journal->active.file, batch->bytes.data,
                               batch->bytes.size, journal->at);
    err_t err = good ? clean(journal, end, fault) : fail_write(journal, fault);
    if (err) {
        journal->dirty = end > journal->dirty ? end : journal->dirty;
        return err;
    }
    write_ahead(journal, end, batch->bytes.size);
    return ERR_OK;
}

// The size of the next segment: twice this one's, and enough for the batch.
static uint32_t next_size(const journal_t *journal, size_t room)
{
    size_t size = (size_t)journal->active.head.size * 2;
    size_t least = (LAYOUT_SEGMENT_HEAD + room + PAGE - 1) / PAGE * PAGE;
    size = size > least ? size : least;
    return size < journal->segment_bytes ? (uint32_t)size : journal->segment_bytes;
}

static bool fits(const segment_file_t *segment, uint32_t at, size_t room)
{
    return room <= segment->head.size - at;
}

// Makes the segment that is going to be used; one of that number that is too small is replaced. On
// a disk that is almost full it is a smaller one.
static err_t make_spare(journal_t *journal, uint32_t number, size_t room, fault_t *fault)
{
    segment_file_t made;
    uint32_t size = next_size(journal, room);
    err_t err = segment_create(&made, journal->disk, journal->folder, number, size, fault);
    while (err == ERR_FULL && size / 2 >= SPARE_LEAST && size / 2 >= LAYOUT_SEGMENT_HEAD + room) {
        size = size / 2 / PAGE * PAGE;
        err = segment_create(&made, journal->disk, journal->folder, number, size, fault);
    }
    if (err == ERR_OK) {
        if (journal->has_spare) {
            segment_close(&journal->spare);
        }
        journal->spare = made;
        journal->has_spare = true;
    }
    return err;
}

// The present segment is done; its index is to be written.
static void seal(journal_t *journal)
{
    journal_write_sealed(journal);
    journal->sealed = journal->index;
    journal->sealed.end = journal->at;
    journal->sealed.first_sequence = journal->sequence - journal->ordinal;
    journal->sealed.next_sequence = journal->sequence;
    journal->sealed_head = journal->active.head;
    journal->has_sealed = journal->ordinal > 0;
    journal->index = (index_t){0};
}

// Goes on in a segment that has room. Nothing in it is written before the present one is on disk,
// so that what is in a segment shows that those before it are whole.
static err_t next_segment(journal_t *journal, size_t room, fault_t *fault)
{
    bool empty = journal->ordinal == 0; // no empty one is left behind
    uint32_t number = journal->active.head.number + (empty ? 0 : 1);
    err_t err = clean(journal, journal->at, fault);
    if (err == ERR_OK && !empty) {
        err = journal_sync(journal, fault);
    }
    bool usable = journal->has_spare && !empty && fits(&journal->spare, LAYOUT_SEGMENT_HEAD, room);
    if (err == ERR_OK && !usable) {
        err = make_spare(journal, number, room, fault);
    }
    if (err) {
        return err;
    }
    seal(journal);
    segment_close(&journal->active);
    journal->active = journal->spare;
    journal->has_spare = false;
    journal->at = LAYOUT_SEGMENT_HEAD;
    journal->written = journal->at;
    journal->ordinal = 0;
    return ERR_OK;
}

static void note_batch(journal_t *journal, const batch_t *batch)
{
    for (uint32_t i = 0; i < batch->count; i++) {
        const char *from = batch->bytes.data + batch->starts[i];
        record_head_t head = layout_get_record(from);
        scan_record_t record = {.at = journal->at + batch->starts[i],
                                .size = head.size,
                                .kept = head.kept,
                                .bytes = from + LAYOUT_RECORD_HEAD};
        index_add(&journal->index, &record);
    }
    journal->at += (uint32_t)batch->bytes.size;
    journal->sequence++;
    journal->ordinal++;
}

static err_t make_room(journal_t *journal, size_t room, fault_t *fault)
{
    if (journal->failed) {
        return refuse_failed(journal, fault);
    }
    if (room > journal->segment_bytes - LAYOUT_SEGMENT_HEAD) {
        return fault_set(fault, ERR_TOO_LARGE, "use larger log segments",
                         "%zu bytes do not fit into a log segment", room);
    }
    return fits(&journal->active, journal->at, room) ? ERR_OK : next_segment(journal, room, fault);
}

err_t journal_append(journal_t *journal, batch_t *batch, bool sync, uint64_t *ret_base,
                     fault_t *fault)
{
    err_t err = make_room(journal, batch->bytes.size, fault);
    if (err) {
        return err;
    }
    batch_head_t head = {.at = journal->at,
                         .nonce = journal->active.head.nonce,
                         .sequence = journal->sequence,
                         .size = (uint32_t)(batch->bytes.size - LAYOUT_BATCH_HEAD),
                         .count = batch->count,
                         .synced = journal->synced,
                         .ordinal = journal->ordinal};
    layout_put_batch(batch->bytes.data, &head);
    err = write_batch(journal, batch, fault);
    if (err) {
        return err;
    }
    uint64_t base = (uint64_t)journal->active.head.number << 32 | journal->at;
    note_batch(journal, batch);
    err = sync ? journal_sync(journal, fault) : ERR_OK;
    if (err == ERR_OK) {
        *ret_base = base;
    }
    return err;
}

static bool wants_spare(const journal_t *journal)
{
    return !journal->has_spare && journal->at > journal->active.head.size / 2;
}

bool journal_unprepared(const journal_t *journal)
{
    return !journal->failed && (journal->has_sealed || wants_spare(journal));
}

err_t journal_prepare(journal_t *journal, fault_t *fault)
{
    journal_write_sealed(journal);
    return wants_spare(journal) && !journal->failed
               ? make_spare(journal, journal->active.head.number + 1, 0, fault)
               : ERR_OK;
}

uint32_t journal_active(const journal_t *journal)
{
    return journal->active.head.number;
}
