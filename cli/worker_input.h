// SPDX-License-Identifier: MPL-2.0
// What a worker is told: lines of JSON on its standard input, of which the first is the job. Its
// end is the order to stop: then the process ends at once.
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "base/fault.h"

enum {
    INPUT_LINE_MAX = 1 << 20,
    INPUT_EXIT_STOPPED = 75, // of a process that was told to stop
};

// Begins to read, on a thread of its own, and waits for the first line: *ret_job, an object, which
// the caller owns. Errors: INVALID, TOO_LARGE, BUSY.
err_t input_begin(json_t **ret_job, fault_t *fault);

// The next line, which the caller owns; NULL when none has come after `wait_ms` (-1: waits). Lines
// that are no JSON are left out.
json_t *input_next(int64_t wait_ms);
