// SPDX-License-Identifier: MPL-2.0
// How asks travel: in order, a bounded number at a time, and again after the connection was lost.
#pragma once

#include "bus/state.h"

// Adds an ask and sends it if it may go now. ERR_BUSY: too many are pending; then the ask is freed.
err_t lane_add(bus_t *bus, ask_t *ask, int64_t *ret_id, fault_t *fault);

// Sends what may go now.
void lane_run(bus_t *bus, int64_t now_ms);

// When lane_run has something to send; INT64_MAX when it only waits for answers.
int64_t lane_due_ms(const bus_t *bus);

// Sends the ask that was added: at once, or with others when some are on their way.
void lane_submit(bus_t *bus, const ask_t *ask);

// The pending ask with this id; NULL when there is none.
ask_t *lane_find(const bus_t *bus, int64_t id);

// Takes an ask out; the caller frees it.
void lane_take(bus_t *bus, ask_t *ask);

// Takes an ask out; its handler is told of the fault in the next bus_process.
void lane_fail(bus_t *bus, ask_t *ask, const fault_t *fault);

// The broker was too busy for this ask: it goes back to the front of what is to be sent.
void lane_put_back(bus_t *bus, ask_t *ask, int64_t now_ms);

// A new session: publishes and idempotent calls are sent again, what else was sent fails.
void lane_renew(bus_t *bus);
