// SPDX-License-Identifier: MPL-2.0
// The thread that owns the log. It is given one commit at a time: while that is on its way to the
// disk, the loop gathers the next (group commit).
#pragma once

#include "broker/log/journal.h"

typedef struct committer committer_t;

// What is to be done in one go, and what came of it.
typedef struct {
    batch_t batch;        // may be empty
    uint32_t trim_before; // segments before this number may go; 0: none
    uint64_t base;        // position of the batch
    err_t err;            // of the append; ERR_FULL and ERR_TOO_LARGE leave the log usable
    err_t trim_err;
    fault_t fault;
    fault_t trim_fault;
} commit_t;

// Starts the thread, which takes the journal over.
committer_t *committer_new(journal_t **journal);

// Ends the thread, after the commit it is at, and closes the journal.
void committer_destroy(committer_t **committer);

// The ZeroMQ socket to poll for a commit that has been done.
void *committer_socket(committer_t *committer);

// Hands a commit over. It belongs to the thread until committer_receive gives it back.
void committer_submit(committer_t *committer, commit_t *commit);

// Waits for the commit that was handed over.
commit_t *committer_receive(committer_t *committer);
