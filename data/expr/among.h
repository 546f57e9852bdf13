// SPDX-License-Identifier: MPL-2.0
// x in (a, b, c): as SQL has it, missing in the list leaves what is not found missing.
#pragma once

#include "data/expr/call.h"

kernel_t among_in;

// Makes a set of a long list of constants, which is then no argument any more.
prepare_t among_prepare;
