// SPDX-License-Identifier: MPL-2.0
// Answers for single rows and small batches with models that were trained.
#pragma once

#include "actors/runtime/actor.h"

extern const actor_spec_t prediction_actor;
