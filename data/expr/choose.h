// SPDX-License-Identifier: MPL-2.0
// One value out of several: if, coalesce, min, max, null_if, is_missing.
#pragma once

#include "data/expr/call.h"

lazy_t choose_if;
lazy_t choose_coalesce;
kernel_t choose_min;
kernel_t choose_max;
kernel_t choose_null_if;
kernel_t choose_is_missing;
