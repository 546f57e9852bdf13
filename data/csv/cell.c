// SPDX-License-Identifier: MPL-2.0
#include "data/csv/cell.h"

#include <string.h>

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void set_text(cell_t *cell, size_t from, size_t to)
{
    const char *bytes = cell->bytes;
    cell->quoted = to - from >= 2 && bytes[from] == cell->quote && bytes[to - 1] == cell->quote;
    cell->text = bytes + from + cell->quoted;
    cell->text_size = to - from - 2 * (size_t)cell->quoted;
}

bool cell_next(cell_t *cell)
{
    bool begins = cell->at == 0 || cell->ends_row;
    while (begins && cell->at < cell->size && is_line_end(cell->bytes[cell->at])) {
        cell->at++;
    }
    if (begins && cell->at >= cell->size) {
        return false;
    }
    size_t from = cell->at;
    bool inside = false;
    size_t at = from;
    for (; at < cell->size; at++) {
        char c = cell->bytes[at];
        inside ^= c == cell->quote;
        if (!inside && (c == cell->delimiter || is_line_end(c))) {
            break;
        }
    }
    if (at >= cell->size && !cell->whole) {
        return false;
    }
    set_text(cell, from, at);
    cell->ends_row = at >= cell->size || is_line_end(cell->bytes[at]);
    cell->at = at + 1;
    return true;
}

size_t cell_count_row(cell_t *cell)
{
    for (size_t count = 1; cell_next(cell); count++) {
        if (cell->ends_row) {
            return count;
        }
    }
    return 0;
}

static size_t digits_at(const char *text, size_t size, size_t at)
{
    size_t end = at;
    while (end < size && is_digit(text[end])) {
        end++;
    }
    return end - at;
}

cell_kind_t cell_kind(const char *text, size_t size)
{
    size_t at = size > 0 && (text[0] == '-' || text[0] == '+');
    size_t whole = digits_at(text, size, at);
    if (size == 0 || whole == 0) {
        return size == 0 ? CELL_EMPTY : CELL_OTHER;
    }
    at += whole;
    bool groups = whole <= 3;
    size_t points = 0;
    for (; at < size && text[at] == '.'; points++) {
        size_t digits = digits_at(text, size, at + 1);
        groups = groups && digits == 3;
        at += 1 + digits;
    }
    if (at == size) {
        return points == 0   ? CELL_DIGITS
               : groups      ? CELL_GROUPS
               : points == 1 ? CELL_POINT
                             : CELL_OTHER;
    }
    size_t digits = text[at] == ',' ? digits_at(text, size, at + 1) : 0;
    if (digits == 0 || at + 1 + digits != size || (points > 0 && !groups)) {
        return CELL_OTHER;
    }
    return points > 0 ? CELL_GROUPED : CELL_COMMA;
}

bool cell_is_figure(const char *text, size_t size)
{
    static const char between[] = {'+', '-', '.', ',', ':', '/', '%', ' '};
    size_t digits = 0;
    for (size_t i = 0; i < size; i++) {
        bool letter = text[i] == 'e' || text[i] == 'E' || text[i] == 'T' || text[i] == 'Z';
        if (!is_digit(text[i]) && !(letter && digits > 0) &&
            !memchr(between, text[i], sizeof between)) {
            return false;
        }
        digits += is_digit(text[i]);
    }
    return digits > 0;
}
