// SPDX-License-Identifier: MPL-2.0
// digits_read_run for x86-64 with SSE4.1: sixteen characters at a time.
#pragma once

#include "data/value/digits.h"

// Whether this processor has what it takes.
bool digits_has_sse(void);

// As digits_read_run, for places < 15.
size_t digits_run_sse(const text_t *texts, size_t count, unsigned places, int64_t *ret_mantissas);
