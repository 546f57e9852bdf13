// SPDX-License-Identifier: MPL-2.0
// Functions with a pattern (data/value/pattern.h), which is a constant.
#pragma once

#include "data/expr/call.h"

kernel_t regex_matches;
kernel_t regex_replace;
kernel_t regex_extract;

// Compile the constants: the pattern; the replacement too; the group too.
prepare_t regex_prepare;
prepare_t regex_prepare_replace;
prepare_t regex_prepare_extract;
