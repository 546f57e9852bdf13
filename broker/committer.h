// SPDX-License-Identifier: MPL-2.0
// The thread that owns the log. It is given one commit at a time: while that is on its way to the
// disk, the loop gathers the next (group commit).
#pragma once

#include "broker/log/journal.h"

typedef struct committer committer_t;

// What is to be done in one go, and what came of it.
typedef struct {
    batch_t batch;          // may be empty
    int64_t sync_within_ms; // 0: on disk before the commit is done; else so long after it at most
    uint32_t trim_before;   // segments before this number may go; 0: none
    uint64_t base;          // position of the batch
    int64_t took_ms;        // to write and, when that was asked for, sync
    err_t err;              // of the append; ERR_FULL and ERR_TOO_LARGE leave the log usable
    err_t trim_err;
    fault_t fault;
    fault_t trim_fault;
} commit_t;

// What the thread has to say.
typedef struct {
    commit_t *commit; // that has been done; NULL: none, there is other news
    err_t err;        // ERR_IO: a sync that was put off failed, the log is lost
    bool low;         // there is no room for the next segment; what is left of this one is free
} notice_t;

// Starts the thread, which takes the journal over.
committer_t *committer_new(journal_t **journal);

// Ends the thread, after the commit it is at, syncs and closes the journal.
void committer_destroy(committer_t **committer);

// The ZeroMQ socket to poll for a notice.
void *committer_socket(committer_t *committer);

// Hands a commit over. It belongs to the thread until a notice gives it back.
void committer_submit(committer_t *committer, commit_t *commit);

// Takes the next notice; false when there is none, which with `wait` cannot be.
bool committer_receive(committer_t *committer, bool wait, notice_t *ret);

// What a notice's `err` was about.
const fault_t *committer_fault(const committer_t *committer);

// The number of the segment that is appended to; from any thread.
uint32_t committer_segment(const committer_t *committer);
