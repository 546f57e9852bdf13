// SPDX-License-Identifier: MPL-2.0
// The bridge: HTTP and the browser side of the platform (docs/http.md). It turns requests into
// calls of services `gateway` and `blob`, streams uploads, downloads and live events, serves the
// browser client's files, and keeps no state of its own.
#pragma once

#include "actors/runtime/actor.h"

extern const actor_spec_t bridge_actor;
