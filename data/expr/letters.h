// SPDX-License-Identifier: MPL-2.0
// Texts by their letters. Cases are Unicode's simple mappings (utf8proc), one character to one, in
// no locale.
#pragma once

#include "data/expr/call.h"

kernel_t letters_length;
kernel_t letters_upper;
kernel_t letters_lower;
kernel_t letters_title; // a word goes on through letters, digits, marks and apostrophes
kernel_t letters_trim;
kernel_t letters_trim_left;
kernel_t letters_trim_right;
kernel_t letters_reverse;
