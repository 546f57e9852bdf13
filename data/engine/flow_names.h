// SPDX-License-Identifier: MPL-2.0
// Steps that only change which columns there are, where they stand and what they are called.
#pragma once

#include "data/engine/flow.h"

// Does what a STEP_NAMES step says; the columns it names are there. Errors: COLUMN_COLLISION.
err_t flow_names(flow_t *flow, const step_t *step, fault_t *fault);
