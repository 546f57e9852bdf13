// SPDX-License-Identifier: MPL-2.0
// What the log thread does with its journal, without the thread: commits, syncs that were put off,
// and chores. Time is an argument.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "broker/committer.h"

// Begin with writer_init; `fault`, `failed` and `low` may be read.
typedef struct {
    journal_t *journal;
    fault_t fault;        // why it failed
    bool failed;          // a sync that was put off failed: the log is lost
    bool low;             // there is no room for the next segment
    int64_t sync_ms;      // when what was appended must be on disk; INT64_MAX: it is
    int64_t retry_ms;     // when the next segment, or a trim, may be tried again
    uint32_t trim_before; // what a backup keeps from being removed; 0: nothing
} writer_t;

// The journal stays the caller's.
void writer_init(writer_t *writer, journal_t *journal);

// Carries out one commit and notes in it what came of it.
void writer_commit(writer_t *writer, commit_t *commit, int64_t now_ms);

// When writer_run has something to do; INT64_MAX: nothing waits.
int64_t writer_due_ms(const writer_t *writer);

// Does what is due. True when `failed` or `low` has changed.
bool writer_run(writer_t *writer, int64_t now_ms);
