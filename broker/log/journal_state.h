// SPDX-License-Identifier: MPL-2.0
// What the journal's files share: journal.c writes, journal_open.c opens and closes, journal_trim.c
// removes.
#pragma once

#include "broker/log/index.h"
#include "broker/log/journal.h"
#include "broker/log/segment.h"

struct journal {
    disk_t *disk;
    char *folder;
    uint32_t segment_bytes;
    int lock;
    uint32_t first; // number of the oldest segment
    segment_file_t active;
    bool has_active;
    uint32_t at;       // end of the last batch
    uint32_t written;  // the file's bytes before this were written once
    uint32_t dirty;    // remains of a write that failed end here; 0: none
    uint32_t ordinal;  // of the next batch
    uint64_t sequence; // of the next batch
    uint64_t synced;   // sequence of the last batch on disk
    index_t index;     // of the active segment
    index_t sealed;    // of the one before, while it is not written
    segment_head_t sealed_head;
    bool has_sealed;
    segment_file_t spare; // the next segment
    bool has_spare;
    err_t failed; // ERR_IO: nothing may be written any more
};

// Writes the index of the sealed segment, if that is still to be done.
void journal_write_sealed(journal_t *journal);
