// SPDX-License-Identifier: MPL-2.0
// Reading the log at the start: which batches are whole, what is an unsynced tail and is cut, what
// is damage and is refused.
//
// The first batch that is not whole, N, ends the log. It is damage if something shows that it was
// on disk: a later batch that says so in `synced`, or anything at all in a later segment, as a
// segment is synced before the next is begun. Otherwise it, and what is behind it, was never
// promised to be on disk.
#pragma once

#include "broker/log/index.h"
#include "broker/log/journal.h"
#include "broker/log/segment.h"

// The log as it was found; where it goes on.
typedef struct {
    disk_t *disk;
    const char *folder;
    journal_record_fn *on_record;
    void *context;
    journal_report_t *report;

    uint32_t first; // number of the oldest segment; 0: there is none
    segment_file_t active;
    bool has_active;
    uint32_t at;       // end of the last batch in it
    uint32_t ordinal;  // of the next batch
    uint64_t sequence; // of the next batch; 0: none was found
    index_t index;     // of the active segment
    index_t sealed;    // of the one that is read; for recovery_run alone
    segment_file_t spare;
    bool has_spare; // the segment behind the active one is there, and empty
} recovery_t;

// Reads the log in the folder, giving its records out, and cuts an unsynced tail. The files and the
// index are the caller's afterwards, also after an error. ERR_CORRUPT, ERR_IO, and what on_record
// returns.
err_t recovery_run(recovery_t *recovery, fault_t *fault);
