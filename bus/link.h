// SPDX-License-Identifier: MPL-2.0
// The connection: sockets, hello and welcome, pings.
#pragma once

#include "bus/state.h"

// Opens the sockets; connecting goes on in the background.
err_t link_open(bus_t *bus, const bus_options_t *options, fault_t *fault);

// Says goodbye and closes, waiting a little for what is queued.
void link_close(bus_t *bus);

// Sends a header and frames; false when the socket does not take them now.
bool link_send(bus_t *bus, const header_t *header, const bytes_t *frames, size_t count);

// Sends hello and pings when they are due, and notices that the broker is silent.
void link_tend(bus_t *bus, int64_t now_ms);

// The broker does not know us (any more): hello is due at once.
void link_lost(bus_t *bus);

// Takes a welcome; true when it answers the last hello, so that everything may be sent (again).
bool link_welcome(bus_t *bus, const hdr_welcome_t *welcome, int64_t now_ms);

// When link_tend has something to do.
int64_t link_due_ms(const bus_t *bus);
