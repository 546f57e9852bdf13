// SPDX-License-Identifier: MPL-2.0
// Walks over the cells of a text for a guess: quotes toggle, whatever they stand next to.
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char *bytes;
    size_t size;
    bool whole; // the text ends here; otherwise a last row without a line end is cut off
    char delimiter;
    char quote;
    size_t at;
    const char *text; // the cell: without quotes around it, doubled ones inside stay
    size_t text_size;
    bool quoted;
    bool ends_row;
} cell_t;

// Goes to the next cell; false when there is none. Blank lines are skipped.
bool cell_next(cell_t *cell);

// Counts the cells of the next row; 0 when there is none.
size_t cell_count_row(cell_t *cell);

// A number with a decimal comma, and what speaks for it or against it.
typedef enum {
    CELL_EMPTY,
    CELL_DIGITS,  // 15
    CELL_POINT,   // 1.5, not 1.500, which may be grouped
    CELL_GROUPS,  // 1.500 or 1.234.567
    CELL_COMMA,   // 1,5
    CELL_GROUPED, // 1.234,5
    CELL_OTHER,
} cell_kind_t;

cell_kind_t cell_kind(const char *text, size_t size);

// Whether it looks like a number, a date or a time: digits and what stands between them.
bool cell_is_figure(const char *text, size_t size);
