// SPDX-License-Identifier: MPL-2.0
// The one log of the broker: batches of records in segments. An append is on disk when it returns.
// Belongs to one thread.
#pragma once

#include "base/disk.h"
#include "base/fault.h"
#include "broker/log/batch.h"

enum { JOURNAL_BATCH_BYTES = 4 << 20 }; // a batch is closed when it has grown to this

typedef struct journal journal_t;

typedef struct {
    disk_t *disk;
    const char *folder; // made when it is not there
    int64_t segment_bytes;
} journal_options_t;

// What the start has found.
typedef struct {
    int64_t segments;
    int64_t batches;
    int64_t records;
    int64_t cut_bytes;   // of a last batch that was not whole; 0: none
    int64_t cut_records; // in it, when its head could be read
    char cut_place[512]; // file and offset
} journal_report_t;

// Called for each record, in the order of the log. Positions have the segment's number in their
// upper 32 bits. An error ends the recovery with the fault.
typedef err_t journal_record_fn(void *context, uint64_t position, const void *bytes, size_t size,
                                fault_t *fault);

// Opens the log, or makes it, and reads it through. A last batch that is not whole is cut off.
// ERR_CORRUPT: damage before that, the file and offset are named; ERR_CONFLICT: another process has
// it open; ERR_FULL; ERR_IO.
err_t journal_open(const journal_options_t *options, journal_record_fn *on_record, void *context,
                   journal_t **ret, journal_report_t *ret_report, fault_t *fault);

// Writes the batch (not empty) and waits until it is on disk. `*ret_base` plus a record's start is
// its position. ERR_FULL and ERR_TOO_LARGE: nothing was written. ERR_IO: the log must not be used
// any more, only closed.
err_t journal_append(journal_t *journal, batch_t *batch, uint64_t *ret_base, fault_t *fault);

// Removes the segments before this number. ERR_IO: they are tried again with the next call.
err_t journal_trim(journal_t *journal, uint32_t segment, fault_t *fault);

// The disk and the folder, for readers.
disk_t *journal_disk(const journal_t *journal);
const char *journal_folder(const journal_t *journal);

void journal_close(journal_t **journal);
