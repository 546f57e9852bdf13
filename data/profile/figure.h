// SPDX-License-Identifier: MPL-2.0
// Figures of a report as JSON.
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "data/value/type.h"
#include "data/value/vector.h"

enum { FIGURE_CELL_CHARACTERS = 100 }; // of a cell that is shown

// A number; null when it is not finite. A new reference.
json_t *figure_number(double value);

// part / whole; 0 when whole is 0. A new reference.
json_t *figure_share(double part, double whole);

// A value of a column whose values are integers: an integer, an ISO date or an ISO instant. A new
// reference.
json_t *figure_integer(type_t type, int64_t value);

// A text, cut to `max` characters; a cut one ends in "…". A new reference.
json_t *figure_text(text_t text, size_t max);

// A cell as a text that people read; null where it is missing. A new reference.
json_t *figure_cell(const vector_t *vector, size_t i);

enum { FIGURE_GROUPED_SIZE = 32 };

// Writes a whole number with its digits in groups of three, terminated: "1,234,567". Returns
// `text`.
const char *figure_grouped(int64_t value, char text[FIGURE_GROUPED_SIZE]);

// The characters of a text.
size_t figure_characters(text_t text);
