// SPDX-License-Identifier: MPL-2.0
// Figures as JSON. JSON has no number for what is not finite: that is null.
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

// New references.
json_t *figures_real(double value);
json_t *figures_reals(const double *values, size_t count);
json_t *figures_counts(const int64_t *values, size_t count);
