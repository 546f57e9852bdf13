// SPDX-License-Identifier: MPL-2.0
// The preprocessing actor: describes tables, previews recipes at once, and runs them over whole
// files in worker processes.
#pragma once

#include "actors/runtime/actor.h"

extern const actor_spec_t preprocessing_actor;
