// SPDX-License-Identifier: MPL-2.0
// Services served, and the requests that were given to us.
#pragma once

#include "bus/state.h"

// Offers again what was refused for the time being.
void serving_tend(bus_t *bus, int64_t now_ms);
int64_t serving_due_ms(const bus_t *bus);

// A new session: offers everything again; earlier requests were answered by the broker.
void serving_renew(bus_t *bus);

// A request has come.
void serving_on_request(bus_t *bus, const hdr_request_t *request, const bytes_t frames[2]);

// The offer with this id was refused; false when it is not an offer's.
bool serving_refused(bus_t *bus, int64_t id, const fault_t *fault, int64_t now_ms);

void serving_release(bus_t *bus);
