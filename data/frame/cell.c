// SPDX-License-Identifier: MPL-2.0
#include "data/frame/cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/value/date.h"
#include "data/value/digits.h"
#include "data/value/number.h"

static const double EXACT = 9007199254740992.0; // 2^53

tokens_t tokens_new(const text_t *texts, size_t count)
{
    tokens_t tokens = {.items = mem_array(count, sizeof *tokens.items), .count = 0};
    for (size_t i = 0; i < count; i++) {
        if (texts[i].size > 0) {
            char *copy = text_dup(texts[i].bytes, texts[i].size);
            tokens.items[tokens.count++] = (text_t){copy, texts[i].size};
            tokens.first[(unsigned char)copy[0]] = true;
        }
    }
    return tokens;
}

tokens_t tokens_default(void)
{
    static const text_t defaults[] = {{"NA", 2},  {"N/A", 3},  {"NaN", 3},
                                      {"nan", 3}, {"NULL", 4}, {"null", 4}};
    return tokens_new(defaults, sizeof defaults / sizeof defaults[0]);
}

void tokens_release(tokens_t *tokens)
{
    for (size_t i = 0; i < tokens->count; i++) {
        free((char *)tokens->items[i].bytes);
    }
    free(tokens->items);
    *tokens = (tokens_t){0};
}

void rules_release(cell_rules_t *rules)
{
    tokens_release(&rules->tokens);
    free(rules->format);
    rules->format = NULL;
}

// Whether a text is a truth value as pandas reads them: True, TRUE, true, False, FALSE, false.
static bool is_truth(text_t text, int64_t *ret_truth)
{
    static const char *const spellings[] = {"False", "FALSE", "false", "True", "TRUE", "true"};
    if (text.size != 4 && text.size != 5) {
        return false;
    }
    for (int i = 0; i < 6; i++) {
        if (strlen(spellings[i]) == text.size && memcmp(spellings[i], text.bytes, text.size) == 0) {
            *ret_truth = i >= 3;
            return true;
        }
    }
    return false;
}

static bool read_digits(text_t text, cell_t *cell)
{
    digits_t digits;
    digits_kind_t kind = digits_read(text.bytes, text.size, &digits);
    if (kind == DIGITS_NONE) {
        return false;
    }
    cell->integer = digits.mantissa;
    cell->places = digits.places;
    cell->plain = true;
    if (kind == DIGITS_INTEGER) {
        cell->kind = CELL_INTEGER;
        cell->number = (double)digits.mantissa;
        return true;
    }
    if (fabs((double)digits.mantissa) > EXACT) { // the quotient would be rounded twice
        return false;
    }
    cell->kind = CELL_FLOAT;
    cell->number = (double)digits.mantissa / DIGITS_POWERS[digits.places];
    return true;
}

static bool read_number(text_t text, cell_t *cell)
{
    number_t number;
    if (read_digits(text, cell)) {
        return true;
    }
    switch (number_parse(text.bytes, text.size, &number)) {
    case NUMBER_INTEGER:
        *cell = (cell_t){.kind = CELL_INTEGER, .integer = number.integer, .number = number.value};
        return true;
    case NUMBER_FLOAT:
        *cell = (cell_t){.kind = CELL_FLOAT, .number = number.value};
        return true;
    default:
        return false;
    }
}

static bool read_time(text_t text, cell_t *cell)
{
    if (date_parse_iso(text.bytes, text.size, &cell->integer)) {
        cell->kind = CELL_DATE;
        cell->plain = true;
        return true;
    }
    if (datetime_parse_iso(text.bytes, text.size, &cell->integer)) {
        cell->kind = CELL_DATETIME;
        return true;
    }
    return false;
}

// Turns "1.234,5" into "1234.5"; false when it has no such shape.
static bool without_comma(text_t text, char *out, size_t *ret_size)
{
    size_t size = 0;
    bool comma = false;
    for (uint32_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        bool groups = c == '.' && !comma && i > 0 && i + 3 < text.size;
        if (c == ',' && !comma) {
            comma = true;
            out[size++] = '.';
        } else if (c == ',' || (c == '.' && !groups)) {
            return false;
        } else if (c != '.') {
            out[size++] = c;
        }
    }
    *ret_size = size;
    return comma;
}

static bool read_comma(text_t text, cell_t *cell)
{
    char plain[64];
    size_t size;
    if (text.size >= sizeof plain || !without_comma(text, plain, &size) ||
        !read_number((text_t){plain, (uint32_t)size}, cell)) {
        return false;
    }
    cell->plain = false;
    return true;
}

static void read_undeclared(const cell_rules_t *rules, text_t text, cell_t *cell)
{
    unsigned char c = (unsigned char)text.bytes[0];
    bool digit = (unsigned char)(c - '0') <= 9;
    cell->kind = CELL_TEXT;
    if (digit && text.size >= 10 && text.bytes[4] == '-' && read_time(text, cell)) {
        return;
    }
    if (digit || c == '-' || c == '.') {
        if (!read_number(text, cell) && rules->comma) {
            read_comma(text, cell);
        }
    } else if (((c | 0x20) == 't' || (c | 0x20) == 'f') && is_truth(text, &cell->integer)) {
        cell->kind = CELL_BOOLEAN;
    }
}

// A number that a person says is one: "+5", "007" and integers beyond int64 too.
static bool read_loose(const cell_rules_t *rules, text_t text, cell_t *cell)
{
    if (read_number(text, cell) || (rules->comma && read_comma(text, cell))) {
        return true;
    }
    char plain[64];
    text_t rest = text;
    bool minus = rest.size > 1 && rest.bytes[0] == '-';
    if (rest.size > 1 && (rest.bytes[0] == '+' || minus)) {
        rest = (text_t){rest.bytes + 1, rest.size - 1};
    }
    while (rest.size > 1 && rest.bytes[0] == '0' && rest.bytes[1] != '.') {
        rest = (text_t){rest.bytes + 1, rest.size - 1};
    }
    if (rest.size + 3 >= sizeof plain || rest.bytes[0] == '-' || rest.bytes[0] == '+') {
        return false;
    }
    size_t size = minus;
    plain[0] = '-';
    memcpy(plain + size, rest.bytes, rest.size);
    size += rest.size;
    if (!read_number((text_t){plain, (uint32_t)size}, cell)) {
        plain[size++] = '.';
        if (!read_number((text_t){plain, (uint32_t)size}, cell)) {
            return false;
        }
    }
    cell->plain = false;
    return true;
}

static bool read_integer(const cell_rules_t *rules, text_t text, cell_t *cell)
{
    if (!read_loose(rules, text, cell)) {
        return false;
    }
    if (cell->kind == CELL_INTEGER) {
        return true;
    }
    if (cell->number != trunc(cell->number) || fabs(cell->number) >= 0x1p63) {
        return false;
    }
    *cell =
        (cell_t){.kind = CELL_INTEGER, .integer = (int64_t)cell->number, .number = cell->number};
    return true;
}

static bool read_boolean(text_t text, cell_t *cell)
{
    static const struct {
        const char *text;
        int64_t truth;
    } words[] = {{"0", 0}, {"1", 1}, {"no", 0}, {"yes", 1}, {"n", 0}, {"y", 1}, {"f", 0}, {"t", 1}};
    cell->kind = CELL_BOOLEAN;
    if (is_truth(text, &cell->integer)) {
        return true;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].text) == text.size &&
            strncasecmp(words[i].text, text.bytes, text.size) == 0) {
            cell->integer = words[i].truth;
            return true;
        }
    }
    return false;
}

static bool read_date(const cell_rules_t *rules, text_t text, cell_t *cell)
{
    cell->kind = CELL_DATE;
    if (rules->format) {
        return date_format_parse(rules->format, text.bytes, text.size, &cell->integer);
    }
    cell->plain = true;
    return date_parse_iso(text.bytes, text.size, &cell->integer);
}

static bool read_datetime(const cell_rules_t *rules, text_t text, cell_t *cell)
{
    if (rules->format) {
        cell->kind = CELL_DATETIME;
        return date_format_parse_time(rules->format, text.bytes, text.size, &cell->integer);
    }
    return read_time(text, cell);
}

static bool read_declared(const cell_rules_t *rules, text_t text, cell_t *cell)
{
    switch (rules->type) {
    case TYPE_INTEGER:
        return read_integer(rules, text, cell);
    case TYPE_FLOAT:
        return read_loose(rules, text, cell);
    case TYPE_BOOLEAN:
        return read_boolean(text, cell);
    case TYPE_DATE:
        return read_date(rules, text, cell);
    case TYPE_DATETIME:
        return read_datetime(rules, text, cell);
    default:
        cell->kind = CELL_TEXT;
        return true;
    }
}

void cell_read(const cell_rules_t *rules, text_t text, cell_t *ret_cell)
{
    *ret_cell = (cell_t){.kind = CELL_MISSING};
    if (tokens_match(&rules->tokens, text)) {
        return;
    }
    if (!rules->declared) {
        read_undeclared(rules, text, ret_cell);
    } else if (!read_declared(rules, text, ret_cell)) {
        *ret_cell = (cell_t){.kind = CELL_TEXT}; // the caller counts it, and it is missing
    }
}
