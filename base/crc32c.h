// SPDX-License-Identifier: MPL-2.0
// CRC32C (Castagnoli), RFC 3720 section 12.1.
#pragma once

#include <stddef.h>
#include <stdint.h>

// The checksum of the bytes behind those that gave `crc` (0 at the start).
uint32_t crc32c(uint32_t crc, const void *bytes, size_t size);

// The same without the processor's instruction, for tests.
uint32_t crc32c_table(uint32_t crc, const void *bytes, size_t size);
