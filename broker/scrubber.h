// SPDX-License-Identifier: MPL-2.0
// The thread that verifies sealed segments again and again, slowly, so that damage is known while
// there is a backup without it. Damage is logged as "log.damaged", with the file, the offset and,
// where it can be read, the topic and offset; the broker goes on with what is whole.
#pragma once

#include "broker/committer.h"

typedef struct scrubber scrubber_t;

typedef struct {
    disk_t *disk;
    const char *folder;           // of the log
    const committer_t *committer; // knows which segments are sealed; outlives the scrubber
    int64_t bytes_a_second;
    int64_t pass_ms; // between the beginnings of two passes over all segments
} scrubber_options_t;

// Starts the thread; the first pass begins at once.
scrubber_t *scrubber_new(const scrubber_options_t *options);

// Ends the thread and waits for it.
void scrubber_destroy(scrubber_t **scrubber);

// How many damaged places the last whole pass has found, -1 before there was one; from any
// thread.
int64_t scrubber_damages(const scrubber_t *scrubber);
