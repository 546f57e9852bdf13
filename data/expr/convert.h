// SPDX-License-Identifier: MPL-2.0
// From one type to another. A text that does not say a value of the type is a loss.
#pragma once

#include "data/expr/call.h"

kernel_t convert_text_to_number; // spaces around, a plus and leading zeros are taken
kernel_t convert_text_to_integer;
kernel_t convert_float_to_integer; // towards zero
kernel_t convert_text_to_boolean;  // true yes y t on 1, false no n f off 0, in any case
kernel_t convert_number_to_boolean;
kernel_t convert_to_text; // of any type: as number_format and the ISO forms write it

// FNV-1a, 64 bits, over the bytes of convert_to_text, then MurmurHash3's fmix64; read as a signed
// integer. Sources: Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm"; Appleby,
// MurmurHash3.
kernel_t convert_hash;
