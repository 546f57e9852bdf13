// SPDX-License-Identifier: MPL-2.0
// Cells of one type as another type.
#pragma once

#include "base/fault.h"
#include "data/value/type.h"

// The expression over x that casts, malloc'd; NULL when there is no way. `format` (may be NULL) is
// that of dates, to read or to write.
//
// A text is read as expressions read it (spaces around, a plus, "yes", ISO dates). To an integer: a
// float with something behind the point is none. To a boolean: a number is whether it is not zero,
// as in pandas. Numbers become dates by a format only ("%Y%m%d"); dates become no numbers.
char *cast_expression(type_t from, type_t to, const char *format);
