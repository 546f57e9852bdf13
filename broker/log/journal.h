// SPDX-License-Identifier: MPL-2.0
// The one log of the broker: batches of records in segments. Belongs to one thread.
#pragma once

#include "base/disk.h"
#include "base/fault.h"
#include "broker/log/batch.h"

enum { JOURNAL_BATCH_BYTES = 4 << 20 }; // a batch is closed when it has grown to this

typedef struct journal journal_t;

typedef struct {
    disk_t *disk;
    const char *folder;    // made when it is not there
    int64_t segment_bytes; // the largest; the first ones are smaller
} journal_options_t;

// What the start has found.
typedef struct {
    int64_t segments;
    int64_t indexed; // of them, read from their index
    int64_t batches;
    int64_t records;
    int64_t cut_bytes;   // of an unsynced tail that was not whole; 0: none
    int64_t cut_batches; // in it
    int64_t cut_records; // in it, as far as heads could be read
    char cut_place[512]; // file and offset
} journal_report_t;

// A record that was found. Of one in a sealed segment only the bytes that the index keeps are
// there.
typedef struct {
    uint64_t position; // the segment's number in the upper 32 bits
    size_t size;
    const char *bytes;
    size_t kept; // the head's, of those bytes
} journal_record_t;

// Called for each record, in the order of the log. An error ends the recovery with the fault.
typedef err_t journal_record_fn(void *context, const journal_record_t *record, fault_t *fault);

// Opens the log, or makes it, and reads it: sealed segments from their index, others through. An
// unsynced tail that is not whole is cut off. ERR_CORRUPT: damage before that, the file and offset
// are named; ERR_CONFLICT: another process has it open; ERR_FULL; ERR_IO.
err_t journal_open(const journal_options_t *options, journal_record_fn *on_record, void *context,
                   journal_t **ret, journal_report_t *ret_report, fault_t *fault);

// Writes the batch (not empty), and with `sync` waits until it, and all before it, is on disk.
// `*ret_base` plus a record's start is its position. ERR_FULL and ERR_TOO_LARGE: nothing was
// written. ERR_IO: the log must not be used any more, only closed; every later call says so too.
err_t journal_append(journal_t *journal, batch_t *batch, bool sync, uint64_t *ret_base,
                     fault_t *fault);

// Waits until all that was appended is on disk. ERR_IO as above.
err_t journal_sync(journal_t *journal, fault_t *fault);

// Whether something was appended and not synced.
bool journal_unsynced(const journal_t *journal);

// Removes the segments before this number, after a sync. ERR_CONFLICT: a backup is being made;
// ERR_IO. They are tried again with the next call.
err_t journal_trim(journal_t *journal, uint32_t segment, fault_t *fault);

// Does what need not be waited for: writes the index of a segment that was sealed, and makes the
// next segment when the present one is more than half full. ERR_FULL: there is no room for it, but
// for what is left of the present one; ERR_IO: likewise. Either is to be tried again.
err_t journal_prepare(journal_t *journal, fault_t *fault);

// Whether journal_prepare has something to do.
bool journal_unprepared(const journal_t *journal);

// The number of the segment that is appended to; those before it are sealed.
uint32_t journal_active(const journal_t *journal);

// Syncs and lets go. False when that sync failed.
bool journal_close(journal_t **journal);
