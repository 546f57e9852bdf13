// SPDX-License-Identifier: MPL-2.0
// Calls made: their answers and their deadlines.
#pragma once

#include "bus/state.h"

// An answer has come; `frames` are the message and the payload.
void calling_on_answer(bus_t *bus, const hdr_answer_t *answer, const bytes_t frames[2]);

// Fails the calls whose deadline has passed.
void calling_expire(bus_t *bus, int64_t now_ms);

// Tells the caller.
void calling_fail(ask_t *ask);
