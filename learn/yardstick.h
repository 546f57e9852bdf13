// SPDX-License-Identifier: MPL-2.0
// The score that models are compared by.
#pragma once

#include <jansson.h>

#include "learn/sample.h"

// The request's score, or score_of_choice of the sample's rows. Lives as long as the program.
const char *yardstick_of(const request_t *request, const sample_t *sample);

// Why it is that one, for people: "the request asks for it". Constant.
const char *yardstick_reason(const request_t *request, const sample_t *sample);
