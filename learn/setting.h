// SPDX-License-Identifier: MPL-2.0
// Settings of a training request. What is absent or null leaves the value as it is.
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/fault.h"

// Fills `fault` with HYPERPARAMETER: the value of `name` is not valid. Returns it.
err_t setting_fail(fault_t *fault, const char *name, const char *remedy);

// A finite number from `least` to `most`. Errors: HYPERPARAMETER.
err_t setting_number(const json_t *json, const char *name, double least, double most,
                     const char *remedy, double *value, fault_t *fault);

// The same without a fraction.
err_t setting_whole(const json_t *json, const char *name, double least, double most,
                    const char *remedy, double *value, fault_t *fault);

// True or false. Errors: HYPERPARAMETER.
err_t setting_flag(const json_t *json, const char *name, bool *flag, fault_t *fault);
