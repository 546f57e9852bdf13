// SPDX-License-Identifier: MPL-2.0
// The check every frame passes before msgpack-c sees it: msgpack-c reserves what an array
// announces, so that five bytes could take gigabytes. One walk, no memory, no recursion.
#pragma once

#include <stddef.h>

#include "base/fault.h"

// Checks that the bytes are exactly one MessagePack value whose announced lengths are all there and
// whose nesting is at most LIMIT_DEPTH. ERR_MALFORMED names the byte where it stops. Format:
// https://github.com/msgpack/msgpack/blob/master/spec.md
err_t bounded_check(const void *bytes, size_t size, fault_t *fault);

// The bytes of the first value in bytes that were checked before.
size_t bounded_skip(const void *bytes, size_t size);
