// SPDX-License-Identifier: MPL-2.0
// Groups consumed, and what becomes of their records.
#pragma once

#include "bus/state.h"

// Offers again what was refused for the time being.
void consuming_tend(bus_t *bus, int64_t now_ms);
int64_t consuming_due_ms(const bus_t *bus);

// A new session: joins all groups again.
void consuming_renew(bus_t *bus);

// A record has come.
void consuming_on_record(bus_t *bus, const hdr_record_t *record, bytes_t payload);

void consuming_on_records(bus_t *bus, const hdr_records_t *records, const bytes_t frames[2]);

// Retention has taken records.
void consuming_on_gap(const bus_t *bus, const hdr_gap_t *gap);

// The consume with this id was refused; false when it is not a consume's.
bool consuming_refused(bus_t *bus, int64_t id, const fault_t *fault, int64_t now_ms);

// A settlement is done, or failed: tells its handler.
void consuming_settled(bus_t *bus, ask_t *ask);
void consuming_settle_fail(ask_t *ask);

void consuming_release(bus_t *bus);
