// SPDX-License-Identifier: MPL-2.0
// Doors that answer with one JSON document after at most one call.
#pragma once

#include "actors/bridge/door.h"

// DOOR_CALL: the body's fields, the path's {id}, the token and Idempotency-Key become the method's
// request; its answer becomes the JSON document.
extern const door_ops_t call_door;

// DOOR_LIVE: 200 as soon as the loop gets there.
extern const door_ops_t live_door;

// DOOR_READY: 200 when the gateway answers, 503 when the bus does not reach it.
extern const door_ops_t ready_door;
