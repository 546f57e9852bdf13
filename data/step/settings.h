// SPDX-License-Identifier: MPL-2.0
// The settings of a step, checked against its kind's table.
#pragma once

#include "data/step/step.h"

// Reads the settings of a step's document into step->settings, with defaults. Errors:
// STEP_PARAMETER, naming the setting.
err_t settings_read(const json_t *json, step_t *step, fault_t *fault);
