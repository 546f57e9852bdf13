// SPDX-License-Identifier: MPL-2.0
// Publishes and their acknowledgements.
#pragma once

#include "bus/state.h"

// The record is on disk.
void publishing_on_published(bus_t *bus, const hdr_published_t *published);

// Frees the counters.
void publishing_release(bus_t *bus);

// Tells the publisher.
void publishing_fail(ask_t *ask);
