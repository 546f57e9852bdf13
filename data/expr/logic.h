// SPDX-License-Identifier: MPL-2.0
// not, and, or: Kleene's logic of true, false and missing.
#pragma once

#include "data/expr/call.h"

kernel_t logic_not;
lazy_t logic_and;
lazy_t logic_or;
