// SPDX-License-Identifier: MPL-2.0
#include "data/csv/lenient.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/csv/loose.h"

struct lenient {
    ahead_t *ahead;
    loose_t loose;
    size_t columns;
    size_t listed; // bad lines
    int64_t line;
    bool after_cr;
    bool skipping; // the rest of the line is left out
};

lenient_t *lenient_new(ahead_t *ahead, const csv_dialect_t *dialect, size_t columns, int64_t line,
                       bool after_cr)
{
    lenient_t *lenient = mem_new(sizeof *lenient);
    lenient->ahead = ahead;
    lenient->loose =
        (loose_t){.delimiter = dialect->delimiter, .quote = dialect->quote, .limit = columns};
    lenient->columns = columns;
    lenient->line = line;
    lenient->after_cr = after_cr;
    return lenient;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

// Uses up bytes and counts their lines.
static void drop(lenient_t *lenient, size_t size)
{
    const char *bytes = ahead_bytes(lenient->ahead);
    for (size_t i = 0; i < size; i++) {
        lenient->line += bytes[i] == '\r' || (bytes[i] == '\n' && !lenient->after_cr);
        lenient->after_cr = bytes[i] == '\r';
    }
    ahead_drop(lenient->ahead, size);
}

// Leaves out what is ahead up to the first line end at or behind `from`.
static void skip_line(lenient_t *lenient, size_t from)
{
    const char *bytes = ahead_bytes(lenient->ahead);
    size_t size = ahead_size(lenient->ahead);
    while (from < size && !is_line_end(bytes[from])) {
        from++;
    }
    lenient->skipping = from >= size;
    drop(lenient, from < size ? from + 1 : size);
}

static void add_bad(lenient_t *lenient, csv_piece_t *piece, csv_bad_reason_t reason)
{
    csv_bad_t bad = {.line = lenient->line, .reason = reason, .fields = lenient->loose.count};
    const char *bytes = ahead_bytes(lenient->ahead);
    size_t size = 0;
    while (size <= PIECE_BAD_BYTES && size < ahead_size(lenient->ahead) &&
           !is_line_end(bytes[size])) {
        size++;
    }
    piece_add_bad(piece, &bad, bytes, size, lenient->listed < CSV_BAD_LISTED);
    lenient->listed++;
}

static void add_row(lenient_t *lenient, csv_piece_t *piece)
{
    const csv_field_t *fields = loose_fields(&lenient->loose);
    for (size_t i = 0; i < lenient->columns; i++) {
        piece_add(piece, lenient->loose.values.data + fields[i].at, csv_field_size(&fields[i]),
                  csv_field_quoted(&fields[i]));
    }
    piece_end_row(piece, lenient->line);
}

// Judges a complete record of `size` bytes and uses it up.
static void judge(lenient_t *lenient, size_t size, csv_piece_t *piece)
{
    const char *bytes = ahead_bytes(lenient->ahead);
    if (memchr(bytes, '\0', size)) {
        add_bad(lenient, piece, CSV_BAD_NUL);
    } else if (!text_is_utf8(bytes, size)) {
        add_bad(lenient, piece, CSV_BAD_ENCODING);
    } else if (lenient->loose.count != lenient->columns) {
        add_bad(lenient, piece, CSV_BAD_FIELDS);
    } else {
        add_row(lenient, piece);
    }
    drop(lenient, size);
}

// Parses the record that is ahead, reading on as it needs; twice as much each time.
static err_t parse(lenient_t *lenient, loose_end_t *ret_end, size_t *ret_size, fault_t *fault)
{
    ahead_t *ahead = lenient->ahead;
    *ret_end = LOOSE_MORE;
    while (*ret_end == LOOSE_MORE) {
        size_t size = ahead_size(ahead);
        *ret_end = loose_parse(&lenient->loose, ahead_bytes(ahead), size, ahead->ended, ret_size);
        if ((*ret_end == LOOSE_DONE ? *ret_size : size) > READER_ROW_BYTES) {
            *ret_end = *ret_end == LOOSE_UNCLOSED ? LOOSE_UNCLOSED : LOOSE_LARGE;
        }
        size_t more = 2 * size < READER_ROW_BYTES ? 2 * size : READER_ROW_BYTES + 1;
        err_t err = *ret_end == LOOSE_MORE ? ahead_fill(ahead, more, fault) : ERR_OK;
        if (err != ERR_OK) {
            return err;
        }
    }
    return ERR_OK;
}

static err_t take_record(lenient_t *lenient, csv_piece_t *piece, fault_t *fault)
{
    loose_end_t end;
    size_t size = 0;
    err_t err = parse(lenient, &end, &size, fault);
    if (err != ERR_OK) {
        return err;
    }
    if (end == LOOSE_DONE) {
        judge(lenient, size, piece);
        return ERR_OK;
    }
    add_bad(lenient, piece, end == LOOSE_UNCLOSED ? CSV_BAD_QUOTE : CSV_BAD_SIZE);
    skip_line(lenient, lenient->loose.opened);
    return ERR_OK;
}

// Takes what is next: the rest of a line that is left out, a blank line, or a record, which is told
// by *ret_record.
static err_t take_next(lenient_t *lenient, csv_piece_t *piece, bool *ret_record, fault_t *fault)
{
    char first = ahead_bytes(lenient->ahead)[0];
    *ret_record = false;
    if (lenient->skipping) {
        skip_line(lenient, 0);
    } else if (is_line_end(first) &&
               (lenient->columns > 1 || (first == '\n' && lenient->after_cr))) {
        drop(lenient, 1);
    } else {
        *ret_record = true;
        return take_record(lenient, piece, fault);
    }
    return ERR_OK;
}

err_t lenient_take(lenient_t *lenient, const piece_rule_t *rule, int64_t start, csv_piece_t *piece,
                   bool *ret_more, fault_t *fault)
{
    ahead_t *ahead = lenient->ahead;
    while (piece->rows < rule->rows_max) {
        err_t err = ahead_fill(ahead, 1, fault);
        if (err != ERR_OK || ahead_size(ahead) == 0) {
            *ret_more = piece->rows > 0 || piece->bad_count > 0;
            return err;
        }
        bool record = false;
        err = take_next(lenient, piece, &record, fault);
        if (err != ERR_OK) {
            return err;
        }
        if (record && ahead->offset - start >= (int64_t)rule->bytes_min) {
            break;
        }
    }
    *ret_more = true;
    return ERR_OK;
}

int64_t lenient_line(const lenient_t *lenient)
{
    return lenient->line;
}

void lenient_destroy(lenient_t **lenient)
{
    if (!*lenient) {
        return;
    }
    loose_release(&(*lenient)->loose);
    free(*lenient);
    *lenient = NULL;
}
