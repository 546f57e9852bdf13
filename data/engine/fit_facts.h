// SPDX-License-Identifier: MPL-2.0
// What a table's description tells of columns behind steps.
#pragma once

#include "data/engine/flow.h"

// What is known of a node's cells without a look at them, as in "Dataset description". NULL:
// nothing. Borrowed from the flow.
const json_t *fit_facts(const flow_t *flow, size_t node);
