// SPDX-License-Identifier: MPL-2.0
#include "data/csv/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/csv/ahead.h"
#include "data/csv/header.h"
#include "data/csv/reader.h"
#include "data/csv/scanner.h"
#include "data/csv/sniff.h"
#include "data/csv/strict.h"

struct csv {
    csv_options_t options;
    csv_dialect_t dialect;
    piece_rule_t rule;
    const scanner_t *scanner;
    stream_t *stream;
    ahead_t ahead;
    header_t *header;
    size_t columns;
    int64_t begin;      // offset of the first row in the text
    int64_t begin_line; // and its line
    int64_t number;     // of the next piece, and what else is known of it
    int64_t row;
    int64_t line;
    int64_t start;
    bool after_cr;
    bool ended;
    bool careful;
    reader_t *reader; // careful and strict
};

static reader_options_t reader_options(const csv_t *csv)
{
    return (reader_options_t){.delimiter = csv->dialect.delimiter,
                              .quote = csv->dialect.quote,
                              .headless = !csv->dialect.header};
}

// Sees to it that the whole first record is ahead, or what is too much for one.
static err_t fill_header(csv_t *csv, fault_t *fault)
{
    const size_t enough = READER_ROW_BYTES + 4 * READER_CHUNK_BYTES;
    cut_t cut = {.quote = csv->dialect.quote, .rows_max = 1, .bytes_min = SIZE_MAX, .after_end = 1};
    ahead_t *ahead = &csv->ahead;
    err_t err = ERR_OK;
    while (err == ERR_OK && ahead_size(ahead) < enough && !ahead->ended &&
           !csv->scanner->cut(&cut, ahead_bytes(ahead), ahead_size(ahead), false)) {
        err = ahead_more(ahead, fault);
    }
    return err;
}

// Drops what stands before the first row when there is no header: the mark and blank lines.
static void drop_front(csv_t *csv)
{
    const char *bytes = ahead_bytes(&csv->ahead);
    size_t size = ahead_size(&csv->ahead);
    size_t at = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < size && (bytes[at] == '\n' || bytes[at] == '\r')) {
        at++;
    }
    ahead_drop(&csv->ahead, at);
}

static err_t read_header(csv_t *csv, fault_t *fault)
{
    err_t err = fill_header(csv, fault);
    if (err != ERR_OK) {
        return err;
    }
    reader_options_t options = reader_options(csv);
    reader_t *reader = NULL;
    const char *bytes = ahead_bytes(&csv->ahead);
    err = reader_open_memory(bytes, ahead_size(&csv->ahead), &options, &reader, fault);
    if (err != ERR_OK) {
        return err;
    }
    csv->columns = reader_header(reader)->count;
    if (csv->dialect.header) {
        err = header_new(reader_header(reader), &csv->header, fault);
        csv->begin_line = reader_line(reader);
        ahead_drop(&csv->ahead, (size_t)reader_offset(reader));
    } else {
        csv->header = header_made(csv->columns);
        const reader_row_t *row = NULL;
        err = reader_next(reader, &row, fault);
        csv->begin_line = row ? row->line : 1;
        drop_front(csv);
    }
    reader_destroy(&reader);
    csv->begin = csv->ahead.offset;
    csv->after_cr = csv->begin > 0 && ahead_bytes(&csv->ahead)[-1] == '\r';
    return err;
}

static void settle_dialect(csv_t *csv)
{
    csv_dialect_t *dialect = &csv->dialect;
    const csv_options_t *options = &csv->options;
    const char *bytes = ahead_bytes(&csv->ahead);
    size_t size = ahead_size(&csv->ahead);
    dialect->delimiter = options->delimiter ? options->delimiter : sniff_delimiter(bytes, size);
    dialect->delimiter_guessed = !options->delimiter;
    dialect->quote = options->quote ? options->quote : '"';
    dialect->quote_guessed = !options->quote;
    dialect->header = options->header >= 0;
    dialect->header_guessed = options->header == 0;
    dialect->decimal = options->decimal ? options->decimal : '.';
    dialect->decimal_guessed = !options->decimal;
    dialect->bom = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
}

static err_t check_options(const csv_options_t *options, fault_t *fault)
{
    unsigned char delimiter = (unsigned char)options->delimiter;
    if (delimiter >= 0x80 || (delimiter && strchr("\"'\n\r", delimiter))) {
        return fault_set(fault, ERR_INVALID, "use one of , ; | or a tab",
                         "the byte 0x%02X cannot be a delimiter", delimiter);
    }
    if (options->quote && options->quote != '"' && options->quote != '\'') {
        return fault_set(fault, ERR_INVALID, "use \" or '", "the byte 0x%02X cannot be a quote",
                         (unsigned char)options->quote);
    }
    return ERR_OK;
}

// What begins anew with each pass over the file.
static void begin_rows(csv_t *csv)
{
    csv->number = csv->row = 0;
    csv->line = csv->begin_line;
    csv->start = csv->begin;
    csv->ended = false;
}

static err_t begin(csv_t *csv, fault_t *fault)
{
    err_t err = ahead_fill(&csv->ahead, SNIFF_BYTES, fault);
    if (err == ERR_OK) {
        settle_dialect(csv);
        err = read_header(csv, fault);
    }
    begin_rows(csv);
    return err;
}

err_t csv_open(const char *path, const csv_options_t *options, csv_t **ret_csv, fault_t *fault)
{
    csv_t *csv = mem_new(sizeof *csv);
    csv->options = options ? *options : (csv_options_t){0};
    const csv_options_t *wish = &csv->options;
    csv->rule = (piece_rule_t){.bytes_min = wish->piece_bytes ? wish->piece_bytes : PIECE_BYTES,
                               .rows_max = wish->piece_rows ? wish->piece_rows : PIECE_ROWS};
    csv->scanner = wish->scalar ? scanner_plain() : scanner_best();
    csv->ahead.read_bytes = wish->read_bytes ? wish->read_bytes : CSV_READ_BYTES;
    err_t err = check_options(wish, fault);
    if (err == ERR_OK) {
        err = stream_open(path, wish, &csv->dialect, &csv->stream, fault);
    }
    if (err == ERR_OK) {
        csv->ahead.stream = csv->stream;
        err = begin(csv, fault);
    }
    if (err != ERR_OK) {
        csv_destroy(&csv);
        return err;
    }
    *ret_csv = csv;
    return ERR_OK;
}

// Appends what comes next to the piece; *ret_last is true when there is nothing behind it.
static err_t read_more(csv_t *csv, csv_piece_t *piece, bool *ret_last, fault_t *fault)
{
    size_t got = 0;
    piece_reserve(piece, piece->size + csv->ahead.read_bytes + 1);
    err_t err =
        ahead_read(&csv->ahead, piece->bytes + piece->size, csv->ahead.read_bytes, &got, fault);
    if (err == ERR_OK) {
        piece->size += got;
        memset(piece->bytes + piece->size, 0, PIECE_SLACK);
        *ret_last = got == 0;
    }
    return err;
}

// Reads into the piece until the cut is found or the text has ended.
static err_t read_piece(csv_t *csv, cut_t *cut, csv_piece_t *piece, fault_t *fault)
{
    const size_t enough = cut->bytes_min + READER_ROW_BYTES;
    size_t end = 0;
    for (bool last = false; end == 0 && !last;) {
        err_t err = read_more(csv, piece, &last, fault);
        if (err != ERR_OK) {
            return err;
        }
        end = csv->scanner->cut(cut, piece->bytes, piece->size, last);
        if (end == 0 && piece->size > enough) {
            piece->care = true;
            return ERR_OK;
        }
    }
    if (end > 0) {
        ahead_put(&csv->ahead, piece->bytes + end, piece->size - end);
        piece->size = end;
    }
    return ERR_OK;
}

// Whoever reads the last row needs no case for a missing line end.
static void end_last_line(csv_piece_t *piece)
{
    char last = piece->size > 0 ? piece->bytes[piece->size - 1] : '\n';
    if (last != '\n' && last != '\r') {
        piece->bytes[piece->size++] = '\n';
    }
}

static err_t take_fast(csv_t *csv, csv_piece_t *piece, fault_t *fault)
{
    cut_t cut = {.quote = csv->dialect.quote,
                 .narrow = csv->columns == 1,
                 .bytes_min = csv->rule.bytes_min,
                 .rows_max = csv->rule.rows_max,
                 .after_end = 1,
                 .after_cr = csv->after_cr};
    piece->after_cr = csv->after_cr;
    err_t err = read_piece(csv, &cut, piece, fault);
    if (err != ERR_OK) {
        return err;
    }
    csv->after_cr = piece->size > 0 && piece->bytes[piece->size - 1] == '\r';
    end_last_line(piece);
    memset(piece->bytes + piece->size, 0, PIECE_SLACK);
    csv->row += (int64_t)cut.rows;
    csv->line += cut.lines;
    csv->ended = piece->size == 0 || piece->care;
    return ERR_OK;
}

static err_t take_careful(csv_t *csv, csv_piece_t *piece, fault_t *fault)
{
    err_t err = strict_take(csv->reader, &csv->rule, csv->start, piece, fault);
    if (err != ERR_OK) {
        return err;
    }
    piece->found = true;
    csv->ended = piece->rows == 0;
    csv->row += (int64_t)piece->rows;
    csv->start = reader_offset(csv->reader);
    csv->line = reader_line(csv->reader);
    return ERR_OK;
}

err_t csv_take(csv_t *csv, csv_piece_t *piece, bool *ret_more, fault_t *fault)
{
    piece_clear(piece);
    piece->columns = csv->columns;
    piece->number = csv->number;
    piece->row = csv->row;
    piece->line = csv->line;
    if (!csv->ended) {
        err_t err = csv->careful ? take_careful(csv, piece, fault) : take_fast(csv, piece, fault);
        if (err != ERR_OK) {
            csv->ended = true;
            return err;
        }
    }
    piece->position = stream_position(csv->stream);
    *ret_more = piece->size > 0 || piece->rows > 0;
    csv->number += *ret_more;
    return ERR_OK;
}

void csv_find(const csv_t *csv, csv_piece_t *piece, bool *ret_care)
{
    bool high = false;
    if (!piece->care && !piece->found) {
        piece->found =
            csv->scanner->find(piece, csv->dialect.delimiter, csv->dialect.quote, &high) &&
            (!high || csv->scanner->utf8(piece->bytes, piece->size));
        piece->care = !piece->found;
    }
    piece->rows = piece->care ? 0 : piece->rows;
    *ret_care = piece->care;
}

err_t csv_restart(csv_t *csv, fault_t *fault)
{
    err_t err = stream_rewind(csv->stream, fault);
    if (err != ERR_OK) {
        return err;
    }
    ahead_clear(&csv->ahead);
    reader_destroy(&csv->reader);
    begin_rows(csv);
    csv->careful = true;
    reader_options_t options = reader_options(csv);
    return reader_open_pulled(ahead_pull, &csv->ahead, &options, &csv->reader, fault);
}

bool csv_is_careful(const csv_t *csv)
{
    return csv->careful;
}

size_t csv_columns(const csv_t *csv)
{
    return csv->columns;
}

const char *csv_column(const csv_t *csv, size_t i)
{
    return header_name(csv->header, i);
}

const csv_dialect_t *csv_dialect(const csv_t *csv)
{
    return &csv->dialect;
}

int64_t csv_position(const csv_t *csv)
{
    return stream_position(csv->stream);
}

int64_t csv_size(const csv_t *csv)
{
    return stream_size(csv->stream);
}

const uint8_t *csv_hash(const csv_t *csv)
{
    return stream_hash(csv->stream);
}

void csv_destroy(csv_t **csv)
{
    if (!*csv) {
        return;
    }
    reader_destroy(&(*csv)->reader);
    header_destroy(&(*csv)->header);
    ahead_release(&(*csv)->ahead);
    stream_destroy(&(*csv)->stream);
    free(*csv);
    *csv = NULL;
}
