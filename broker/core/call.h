// SPDX-License-Identifier: MPL-2.0
// One call on its way: from the caller into a service's queue, to a worker, and back.
#pragma once

#include "broker/core/state.h"

// A queued call of this caller, at the end of the service's queue. Copies the frames.
call_t *call_new(core_t *core, session_t *caller, service_t *service, const hdr_call_t *header,
                 const view_t *frames, size_t count);

// Takes the call out of where it is and frees it.
void call_free(core_t *core, call_t *call);

// Gives a queued call to a worker.
void call_give(core_t *core, call_t *call, worker_t *worker);

// Takes the call back from its worker, which is gone: queued again in front when it may be
// repeated, answered otherwise.
void call_lose_worker(core_t *core, call_t *call);

// The caller does not wait any more: a queued call is freed, a given one keeps its worker busy
// until the reply.
void call_abandon(core_t *core, call_t *call);

// Answers the caller, if it waits, with a fault, and abandons the call.
void call_fail(core_t *core, call_t *call, const fault_t *fault);

// Sets when a queued call gives up: at its deadline, or sooner while the service has no worker.
void call_arm(core_t *core, call_t *call);

// The worker's credit, or what it holds of it, has changed: finds its place among the others.
void call_rank(worker_t *worker);
