// SPDX-License-Identifier: MPL-2.0
// The validation actor: checks a recipe, and a training request, against a dataset before anything
// runs.
#pragma once

#include "actors/runtime/actor.h"

extern const actor_spec_t validation_actor;
