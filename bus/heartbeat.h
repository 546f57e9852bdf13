// SPDX-License-Identifier: MPL-2.0
// Heartbeats sent and heard.
#pragma once

#include "bus/state.h"

// Takes the heartbeats that are there, up to a bound.
void heartbeat_process(bus_t *bus);

void heartbeat_release(bus_t *bus);
