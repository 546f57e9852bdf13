// SPDX-License-Identifier: MPL-2.0
#include "data/csv/head.h"

#include <string.h>

#include "data/csv/lenient.h"
#include "data/csv/reader.h"

enum { MARK_BYTES = 3 };

// Sees to it that the whole first record is ahead, or what is too much for one.
static err_t fill(ahead_t *ahead, const scanner_t *scanner, char quote, fault_t *fault)
{
    const size_t enough = READER_ROW_BYTES + 4 * READER_CHUNK_BYTES;
    cut_t cut = {.quote = quote, .rows_max = 1, .bytes_min = SIZE_MAX, .after_end = 1};
    err_t err = ERR_OK;
    while (err == ERR_OK && ahead_size(ahead) < enough && !ahead->ended &&
           !scanner->cut(&cut, ahead_bytes(ahead), ahead_size(ahead), false)) {
        err = ahead_more(ahead, fault);
    }
    return err;
}

// Drops what stands before the first row: the mark and blank lines.
static void drop_front(ahead_t *ahead)
{
    const char *bytes = ahead_bytes(ahead);
    size_t size = ahead_size(ahead);
    size_t at =
        size >= MARK_BYTES && memcmp(bytes, "\xEF\xBB\xBF", MARK_BYTES) == 0 ? MARK_BYTES : 0;
    while (at < size && (bytes[at] == '\n' || bytes[at] == '\r')) {
        at++;
    }
    ahead_drop(ahead, at);
}

static err_t take_header(ahead_t *ahead, reader_t *reader, head_t *head, fault_t *fault)
{
    err_t err = header_new(reader_header(reader), &head->header, fault);
    head->line = reader_line(reader);
    ahead_drop(ahead, (size_t)reader_offset(reader));
    return err;
}

static err_t take_none(ahead_t *ahead, reader_t *reader, head_t *head, fault_t *fault)
{
    const reader_row_t *row = NULL;
    err_t err = reader_next(reader, &row, fault);
    head->header = header_made(reader_header(reader)->count);
    head->line = row ? row->line : 1;
    drop_front(ahead);
    return err;
}

static err_t read_strictly(ahead_t *ahead, const csv_dialect_t *dialect, head_t *head,
                           fault_t *fault)
{
    reader_options_t options = {
        .delimiter = dialect->delimiter, .quote = dialect->quote, .headless = !dialect->header};
    reader_t *reader = NULL;
    err_t err = reader_open_memory(ahead_bytes(ahead), ahead_size(ahead), &options, &reader, fault);
    if (err != ERR_OK) {
        return err;
    }
    err = dialect->header ? take_header(ahead, reader, head, fault)
                          : take_none(ahead, reader, head, fault);
    reader_destroy(&reader);
    return err;
}

err_t head_read(ahead_t *ahead, const scanner_t *scanner, const csv_dialect_t *dialect,
                bool lenient, head_t *ret_head, fault_t *fault)
{
    head_t head = {0};
    err_t err = fill(ahead, scanner, dialect->quote, fault);
    if (err == ERR_OK) {
        err = read_strictly(ahead, dialect, &head, fault);
        if (lenient && (err == ERR_CSV_HEADER || err == ERR_CSV_QUOTE)) {
            err = lenient_head(ahead, dialect, &head.header, &head.line, fault);
        }
    }
    if (err == ERR_OK) {
        head.after_cr = ahead->offset > 0 && ahead_bytes(ahead)[-1] == '\r';
        *ret_head = head;
    }
    return err;
}
