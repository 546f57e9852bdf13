// SPDX-License-Identifier: MPL-2.0
// Guesses a table's delimiter.
#pragma once

#include <stddef.h>

enum { SNIFF_BYTES = 1 << 16 }; // how much of the file is looked at

// The delimiter of the first line that is not blank: the most frequent of , ; tab | outside quotes,
// the earlier in this list on a tie, a comma when there is none.
char sniff_delimiter(const char *bytes, size_t size);
