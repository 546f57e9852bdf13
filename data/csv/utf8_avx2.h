// SPDX-License-Identifier: MPL-2.0
#pragma once

#include <stdbool.h>
#include <stddef.h>

// Whether bytes are valid UTF-8, 32 at a time, after Keiser and Lemire (Validating UTF-8 In Less
// Than One Instruction Per Byte, 2021). For processors with AVX2; 64 bytes behind the last one may
// be read.
bool utf8_avx2(const char *bytes, size_t size);
