// SPDX-License-Identifier: MPL-2.0
// ZPL texts (ZeroMQ RFC 4) in strings and files of bounded size.
#pragma once

#include <czmq.h>

#include "base/fault.h"

enum { ZPL_BYTES_MAX = 4 << 20, ZPL_LINE_BYTES_MAX = 1000 };

// Parses a text. ERR_INVALID names the line. The caller destroys `*ret_root`, which is NULL on
// errors.
err_t zpl_parse(const char *text, size_t size, zconfig_t **ret_root, fault_t *fault);
