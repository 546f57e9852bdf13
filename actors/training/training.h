// SPDX-License-Identifier: MPL-2.0
// The training actor: searches, fits, scores and exports, each job in a worker process.
#pragma once

#include "actors/runtime/actor.h"

extern const actor_spec_t training_actor;
