// SPDX-License-Identifier: MPL-2.0
// Health: hears every heartbeat, knows who is late, and tells the admin of each outage and of its
// end by topic `notification`. It keeps nothing on disk: the broker repeats the last heartbeat of
// every actor to a health that starts, and a mail's key makes a repeated report no second mail.
#pragma once

#include "actors/runtime/actor.h"

extern const actor_spec_t health_actor;
