// SPDX-License-Identifier: MPL-2.0
// Between the core and the log: gathers appends for the next commit, turns what has been committed
// into events, and reads.
#pragma once

#include "broker/committer.h"
#include "broker/core/core.h"
#include "broker/log/fetcher.h"

typedef struct spool spool_t;

// Both belong to the caller and outlive the spool.
spool_t *spool_new(committer_t *committer, fetcher_t *fetcher);

void spool_destroy(spool_t **spool);

// Takes EFFECT_APPEND, EFFECT_READ and EFFECT_TRIM. The entries are copied.
void spool_append(spool_t *spool, const effect_t *effect);
void spool_read(spool_t *spool, const effect_t *effect);
void spool_trim(spool_t *spool, const effect_t *effect);

// Carries out the next read that was asked for; false when there is none. The event's bytes live
// until the next call.
bool spool_next_read(spool_t *spool, event_t *ret);

// Hands what was gathered to the log thread, unless it is busy.
void spool_submit(spool_t *spool);

// Whether something is gathered or on its way to the disk.
bool spool_busy(const spool_t *spool);

// Takes back what the log thread has done, if it has; with `wait`, waits for it when it is busy.
// ERR_IO: the log is lost, also when it was a sync that had been put off, and nothing more is to be
// acknowledged.
err_t spool_receive(spool_t *spool, bool wait, fault_t *fault);

// Whether there is no room for the next segment: the last free bytes of the log are for what makes
// room, such as acknowledgements. It ends when there is room.
bool spool_low(const spool_t *spool);

// How long the last commit that synced took, once; -1: there was none since the last question.
int64_t spool_took_ms(spool_t *spool);

// The next outcome of an append; false when there is none. The event's positions live until the
// next call.
bool spool_next_outcome(spool_t *spool, event_t *ret);
