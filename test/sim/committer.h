// SPDX-License-Identifier: MPL-2.0
// broker/committer.h without its thread: the world says when a commit is carried out, and when the
// loop hears of it.
#pragma once

#include "broker/committer.h"

// Takes the journal over. `early` breaks it on purpose: nothing is ever synced.
committer_t *sim_committer_new(journal_t **journal, int64_t now_ms, bool early);

// Closes the journal.
void sim_committer_destroy(committer_t **committer);

// The clock of what follows.
void sim_committer_time(committer_t *committer, int64_t now_ms);

// How long the next commits wait for the disk, and their notices for the loop.
void sim_committer_delay(committer_t *committer, int64_t before_ms, int64_t behind_ms);

// Carries out what is due.
void sim_committer_run(committer_t *committer);
