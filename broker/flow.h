// SPDX-License-Identifier: MPL-2.0
// Between the core and the log: gathers appends for the next commit, turns what has been committed
// into events, and reads.
#pragma once

#include "broker/committer.h"
#include "broker/core/core.h"
#include "broker/log/fetcher.h"

typedef struct flow flow_t;

// Both belong to the caller and outlive the flow.
flow_t *flow_new(committer_t *committer, fetcher_t *fetcher);

void flow_destroy(flow_t **flow);

// Takes EFFECT_APPEND, EFFECT_READ and EFFECT_TRIM. The entries are copied.
void flow_append(flow_t *flow, const effect_t *effect);
void flow_read(flow_t *flow, const effect_t *effect);
void flow_trim(flow_t *flow, const effect_t *effect);

// Carries out the next read that was asked for; false when there is none. The event's bytes live
// until the next call.
bool flow_next_read(flow_t *flow, event_t *ret);

// Hands what was gathered to the log thread, unless it is busy.
void flow_submit(flow_t *flow);

// Whether something is gathered or on its way to the disk.
bool flow_busy(const flow_t *flow);

// Takes back what the log thread has done, if it has; with `wait`, waits for it when it is busy.
// ERR_IO: the log is lost, also when it was a sync that had been put off, and nothing more is to be
// acknowledged.
err_t flow_receive(flow_t *flow, bool wait, fault_t *fault);

// Whether there is no room for the next segment: the last free bytes of the log are for what makes
// room, such as acknowledgements. It ends when there is room.
bool flow_low(const flow_t *flow);

// How long the last commit that synced took, once; -1: there was none since the last question.
int64_t flow_took_ms(flow_t *flow);

// The next outcome of an append; false when there is none. The event's positions live until the
// next call.
bool flow_next_outcome(flow_t *flow, event_t *ret);
