// SPDX-License-Identifier: MPL-2.0
// Texts made out of others.
#pragma once

#include "data/expr/call.h"

kernel_t join_concat;
kernel_t join_repeat;
kernel_t join_pad_left;
kernel_t join_pad_right;
kernel_t join_replace;
