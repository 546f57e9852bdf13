// SPDX-License-Identifier: MPL-2.0
// Dates and datetimes out of texts and into them: ISO 8601, or a format that is a constant
// (data/value/date_format.h).
#pragma once

#include "data/expr/call.h"

kernel_t moment_text_date;
kernel_t moment_text_datetime;
kernel_t moment_text_date_format;
kernel_t moment_text_datetime_format;
kernel_t moment_text_print;

// Compile the format, the second argument: to read, to write.
prepare_t moment_text_prepare_read;
prepare_t moment_text_prepare_write;
