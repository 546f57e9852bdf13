// SPDX-License-Identifier: MPL-2.0
// Texts cut to pieces, put together and searched. Positions count characters from 1.
#pragma once

#include "data/expr/call.h"

kernel_t piece_left;
kernel_t piece_right;
kernel_t piece_substring;
kernel_t piece_split;
kernel_t piece_contains;
kernel_t piece_starts_with;
kernel_t piece_ends_with;
kernel_t piece_find;
