// SPDX-License-Identifier: MPL-2.0
// DOOR_EVENTS: server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html),
// one loop of job.watch calls a connection. The next call is made only when everything before went
// out, so a slow client costs one answer of memory, not more.
#pragma once

#include "actors/bridge/door.h"

extern const door_ops_t events_door;
