// SPDX-License-Identifier: MPL-2.0
// Publishes of one topic that lie one behind the other go as one batch, acks as one range: a
// message costs much more than a record in it.
#pragma once

#include "bus/state.h"

enum { BUNDLE_GATHER = 128 }; // asks that are worth a message of their own

// How many of the lane's unsent asks, from the first on, can go in one message.
size_t bundle_count(const lane_t *lane, size_t most);

// Sends the first `count` unsent asks in one message. False when the socket takes no more.
bool bundle_send(bus_t *bus, const lane_t *lane, size_t count);
