// SPDX-License-Identifier: MPL-2.0
// The gateway: the one door. It authenticates, owns the catalog and the blobs, starts and ends
// jobs.
#pragma once

#include "actors/runtime/actor.h"

extern const actor_spec_t gateway_actor;
