// SPDX-License-Identifier: MPL-2.0
#include "data/frame/cell_run.h"

#include <string.h>

#include "base/wide.h"
#include "data/value/date.h"
#include "data/value/digits.h"
#include "data/value/number.h"

enum { NO_PLACES = UINT8_MAX }; // of a cell that is not plain: its number is not made of digits

static inline void see_size(cell_run_t *run, uint32_t size)
{
    run->shortest = size < run->shortest ? size : run->shortest;
    run->longest = size > run->longest ? size : run->longest;
}

// A cell that no rule takes for anything but a text.
static inline bool is_text(const cell_rules_t *rules, text_t text)
{
    unsigned char c = (unsigned char)text.bytes[0];
    unsigned char letter = c | 0x20;
    bool number = (unsigned char)(c - '0') <= 9 || c == '-' || c == '.';
    return !number && letter != 't' && letter != 'f' && !rules->tokens.first[c];
}

static inline void put_text(cell_run_t *run, size_t i)
{
    run->kinds[i] = CELL_TEXT;
    run->places[i] = NO_PLACES;
    run->integers[i] = 0;
    run->numbers[i] = 0;
    run->not_plain++;
}

static inline bool read_date(cell_run_t *run, size_t i)
{
    text_t text = run->texts[i];
    if (text.size != 10 || text.bytes[4] != '-' ||
        !date_parse_iso(text.bytes, text.size, &run->integers[i])) {
        return false;
    }
    run->kinds[i] = CELL_DATE;
    run->places[i] = 0;
    return true;
}

static void put_number(cell_run_t *run, size_t i, double number)
{
    run->kinds[i] = CELL_FLOAT;
    run->places[i] = NO_PLACES;
    run->integers[i] = 0;
    run->numbers[i] = number;
    run->not_plain++;
}

static inline bool read_power(cell_run_t *run, size_t i)
{
    double number;
    if (!digits_read_power(run->texts[i].bytes, run->texts[i].size, &number)) {
        return false;
    }
    put_number(run, i, number);
    return true;
}

// Most numbers are plain and short, and no token begins as they do. False for all other cells.
static inline bool read_plain(const cell_rules_t *rules, cell_run_t *run, size_t i)
{
    text_t text = run->texts[i];
    unsigned char c = (unsigned char)text.bytes[0];
    digits_t digits;
    if (((unsigned char)(c - '0') > 9 && c != '-') || rules->tokens.first[c]) {
        return false;
    }
    if (read_date(run, i)) {
        return true;
    }
    digits_kind_t kind = digits_read_short(text.bytes, text.size, &digits);
    bool whole = kind == DIGITS_INTEGER;
    bool exact = digits.mantissa <= DIGITS_EXACT && digits.mantissa >= -DIGITS_EXACT;
    if (kind != DIGITS_NONE && (whole || exact)) {
        run->kinds[i] = whole ? CELL_INTEGER : CELL_FLOAT;
        run->integers[i] = digits.mantissa;
        run->places[i] = digits.places;
        return true;
    }
    if (kind == DIGITS_NONE) {
        return read_power(run, i);
    }
    put_number(run, i, number_of_decimal(text.bytes, text.size)); // more digits than a double has
    return true;
}

static void read_any(const cell_rules_t *rules, cell_run_t *run, size_t i)
{
    cell_t cell;
    cell_read(rules, run->texts[i], &cell);
    run->kinds[i] = (uint8_t)cell.kind;
    run->integers[i] = cell.integer;
    run->numbers[i] = cell.number;
    run->places[i] = cell.plain ? cell.places : NO_PLACES;
    run->not_plain += cell.kind != CELL_MISSING && !cell.plain;
    run->odd |= rules->declared || rules->comma;
    if (cell.kind == CELL_MISSING) {
        run->tokens = true;
        run->places[i] = 0;
    }
}

// The plain numbers from their digits.
WIDE static void divide(cell_run_t *run)
{
    if (run->same_places && run->not_plain == 0) {
        double power = DIGITS_POWERS[run->same];
        for (size_t i = 0; i < run->rows; i++) {
            run->numbers[i] = (double)run->integers[i] / power;
        }
        return;
    }
    for (size_t i = 0; i < run->rows; i++) {
        if (run->places[i] != NO_PLACES) {
            run->numbers[i] = (double)run->integers[i] / DIGITS_POWERS[run->places[i]];
        }
    }
}

static void read_all(const cell_rules_t *rules, cell_run_t *run)
{
    int same = -1; // places of the first cell
    bool differ = false;
    for (size_t i = 0; i < run->rows; i++) {
        if (run->texts[i].size == 0) {
            run->kinds[i] = CELL_MISSING;
            run->places[i] = 0;
            run->integers[i] = 0;
            continue;
        }
        if (!rules->declared && is_text(rules, run->texts[i])) {
            put_text(run, i);
        } else if (rules->declared || !read_plain(rules, run, i)) {
            read_any(rules, run, i);
        }
        if (run->kinds[i] != CELL_MISSING) {
            same = same < 0 ? run->places[i] : same;
            differ |= same != run->places[i];
            see_size(run, run->texts[i].size);
        }
    }
    run->same_places = !differ && same <= DIGITS_MAX;
    run->same = same < 0 || !run->same_places ? 0 : (uint8_t)same;
    divide(run);
}

// Whether no token begins as plain numbers do.
static bool has_clear_digits(const tokens_t *tokens)
{
    bool number = tokens->first['-'];
    for (int c = '0'; c <= '9'; c++) {
        number = number || tokens->first[c];
    }
    return !number;
}

// The places of the first cell that is there, if it is a plain number.
static bool guess_places(const cell_run_t *run, uint8_t *ret_places)
{
    digits_t digits;
    size_t i = 0;
    while (i < run->rows && run->texts[i].size == 0) {
        i++;
    }
    if (i == run->rows ||
        digits_read_short(run->texts[i].bytes, run->texts[i].size, &digits) == DIGITS_NONE) {
        return false;
    }
    *ret_places = digits.places;
    return true;
}

// Notes kinds and sizes where every text is empty or a number of one kind.
WIDE static void mark_numbers(cell_run_t *run, cell_class_t kind)
{
    uint32_t shortest = UINT32_MAX;
    uint32_t longest = 0;
    for (size_t i = 0; i < run->rows; i++) {
        uint32_t size = run->texts[i].size;
        uint32_t low = size ? size : UINT32_MAX;
        run->kinds[i] = (uint8_t)(size ? kind : CELL_MISSING);
        shortest = low < shortest ? low : shortest;
        longest = size > longest ? size : longest;
    }
    run->shortest = shortest;
    run->longest = longest;
}

// Reads a column of plain numbers that all have the same places; false for any other.
static bool read_uniform(const cell_rules_t *rules, cell_run_t *run)
{
    uint8_t places = 0;
    if (rules->declared || !has_clear_digits(&rules->tokens) || !guess_places(run, &places) ||
        digits_read_run(run->texts, run->rows, places, run->integers) < run->rows) {
        return false;
    }
    mark_numbers(run, places ? CELL_FLOAT : CELL_INTEGER);
    memset(run->places, places, run->rows);
    run->same = places;
    run->same_places = true;
    divide(run);
    return true;
}

static void read_words(const cell_rules_t *rules, cell_run_t *run)
{
    for (size_t i = 0; i < run->rows; i++) {
        bool missing = tokens_match(&rules->tokens, run->texts[i]);
        run->kinds[i] = missing ? CELL_MISSING : CELL_TEXT;
        if (!missing) {
            see_size(run, run->texts[i].size);
        }
        run->tokens |= missing && run->texts[i].size > 0;
    }
}

WIDE static size_t count_kind(const uint8_t *kinds, size_t rows, uint8_t kind)
{
    size_t count = 0;
    for (size_t i = 0; i < rows; i++) {
        count += kinds[i] == kind;
    }
    return count;
}

static void count(cell_run_t *run)
{
    size_t left = run->rows;
    for (int c = 0; c < CELL_CLASSES && left > 0; c++) {
        run->counts[c] = (uint32_t)count_kind(run->kinds, run->rows, (uint8_t)c);
        left -= run->counts[c];
        if (run->counts[c] > 0) {
            const uint8_t *found = memchr(run->kinds, c, run->rows);
            run->first[c] = (uint32_t)(found - run->kinds);
        }
    }
}

// Declared types leave cells that are not of the type: they are missing, their texts kept.
static void drop_refused(cell_run_t *run)
{
    for (size_t i = 0; i < run->rows; i++) {
        if (run->kinds[i] == CELL_TEXT) {
            run->kinds[i] = CELL_MISSING;
            run->refused++;
        }
    }
    run->not_plain -= run->refused;
}

cell_run_t cell_run_read(const cell_rules_t *rules, const text_t *texts, size_t rows,
                         arena_t *arena)
{
    bool words = rules->declared && type_in(rules->type, TYPES_WORDS);
    cell_run_t run = {.arena = arena,
                      .texts = texts,
                      .rows = rows,
                      .shortest = UINT32_MAX,
                      .kinds = arena_alloc(arena, rows),
                      .places = arena_alloc(arena, rows),
                      .integers = arena_array(arena, rows, sizeof *run.integers),
                      .numbers = arena_array(arena, rows, sizeof *run.numbers)};
    if (words) {
        read_words(rules, &run);
    } else if (!read_uniform(rules, &run)) {
        read_all(rules, &run);
    }
    count(&run);
    if (rules->declared && !words) {
        drop_refused(&run);
    }
    return run;
}

chunk_kind_t cell_run_kind(const cell_run_t *run)
{
    const uint32_t *counts = run->counts;
    size_t values = run->rows - counts[CELL_MISSING] - run->refused;
    if (values == 0) {
        return CHUNK_MISSING;
    }
    if (counts[CELL_INTEGER] == values || counts[CELL_BOOLEAN] == values) {
        bool words = counts[CELL_BOOLEAN] == values;
        return words ? CHUNK_WORDS : CHUNK_INTEGER;
    }
    if (counts[CELL_INTEGER] + counts[CELL_FLOAT] == values) {
        return run->not_plain ? CHUNK_FLOAT : CHUNK_DECIMAL;
    }
    if (counts[CELL_DATE] == values) {
        return CHUNK_DATE;
    }
    return counts[CELL_DATE] + counts[CELL_DATETIME] == values ? CHUNK_DATETIME : CHUNK_TEXT;
}
