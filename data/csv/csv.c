// SPDX-License-Identifier: MPL-2.0
#include "data/csv/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/csv/ahead.h"
#include "data/csv/guess.h"
#include "data/csv/head.h"
#include "data/csv/lenient.h"
#include "data/csv/reader.h"
#include "data/csv/scanner.h"
#include "data/csv/sniff.h"
#include "data/csv/strict.h"

enum { NEAR_BYTES = 1 << 13 };

struct csv {
    csv_options_t options;
    csv_dialect_t dialect;
    piece_rule_t rule;
    const scanner_t *scanner;
    stream_t *stream;
    ahead_t ahead;
    head_t head;
    size_t columns;
    int64_t begin;  // offset in the text at which the rows begin
    int64_t number; // of the next piece, and what else is known of it
    int64_t row;
    int64_t line;
    int64_t start;
    bool after_cr;
    bool ended;
    bool careful;
    reader_t *reader;   // careful and strict
    lenient_t *lenient; // careful and lenient
};

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

static piece_rule_t rule_of(const csv_options_t *wish, size_t columns)
{
    size_t bytes = columns >= PIECE_COLUMNS_WIDE ? PIECE_BYTES_WIDE : PIECE_BYTES;
    return (piece_rule_t){.bytes_min = wish->piece_bytes ? wish->piece_bytes : bytes,
                          .rows_max = wish->piece_rows ? wish->piece_rows : PIECE_ROWS};
}

// What begins anew with each pass over the file.
static void begin_rows(csv_t *csv)
{
    csv->number = csv->row = 0;
    csv->line = csv->head.line;
    csv->after_cr = csv->head.after_cr;
    csv->start = csv->begin;
    csv->ended = false;
}

static err_t begin(csv_t *csv, fault_t *fault)
{
    ahead_t *ahead = &csv->ahead;
    err_t err = ahead_fill(ahead, SNIFF_BYTES, fault);
    if (err == ERR_OK) {
        guess_dialect(ahead_bytes(ahead), ahead_size(ahead), ahead->ended, &csv->options,
                      &csv->dialect);
        err =
            head_read(ahead, csv->scanner, &csv->dialect, csv->options.lenient, &csv->head, fault);
    }
    if (err == ERR_OK) {
        csv->columns = header_row(csv->head.header)->count;
        csv->rule = rule_of(&csv->options, csv->columns);
        csv->begin = ahead->offset;
        begin_rows(csv);
    }
    return err;
}

err_t csv_open(const char *path, const csv_options_t *options, csv_t **ret_csv, fault_t *fault)
{
    csv_t *csv = mem_new(sizeof *csv);
    csv->options = options ? *options : (csv_options_t){0};
    const csv_options_t *wish = &csv->options;
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

// Appends what comes next to the piece; *ret_last is true when there is nothing behind it. Near the
// cut little is read at once, for what lies behind it is copied.
static err_t read_more(csv_t *csv, csv_piece_t *piece, bool *ret_last, fault_t *fault)
{
    size_t got = 0;
    size_t most = csv->ahead.read_bytes;
    size_t size =
        piece->size + NEAR_BYTES >= csv->rule.bytes_min && most > NEAR_BYTES ? NEAR_BYTES : most;
    piece_reserve(piece, piece->size + size + 1);
    err_t err = ahead_read(&csv->ahead, piece->bytes + piece->size, size, &got, fault);
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

static err_t take_strict(csv_t *csv, csv_piece_t *piece, fault_t *fault)
{
    err_t err = strict_take(csv->reader, &csv->rule, csv->start, piece, fault);
    csv->ended = piece->rows == 0;
    csv->start = reader_offset(csv->reader);
    csv->line = reader_line(csv->reader);
    return err;
}

static err_t take_lenient(csv_t *csv, csv_piece_t *piece, fault_t *fault)
{
    bool more = false;
    err_t err = lenient_take(csv->lenient, &csv->rule, csv->start, piece, &more, fault);
    csv->ended = !more;
    csv->start = csv->ahead.offset;
    csv->line = lenient_line(csv->lenient);
    return err;
}

static err_t take_careful(csv_t *csv, csv_piece_t *piece, fault_t *fault)
{
    piece->found = true;
    err_t err = csv->lenient ? take_lenient(csv, piece, fault) : take_strict(csv, piece, fault);
    csv->row += (int64_t)piece->rows;
    return err;
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
    *ret_more = piece->size > 0 || piece->rows > 0 || piece->bad_count > 0;
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
    lenient_destroy(&csv->lenient);
    begin_rows(csv);
    csv->careful = true;
    if (csv->options.lenient) {
        csv->lenient = lenient_new(&csv->ahead, &csv->dialect, csv->columns, csv->head.line,
                                   csv->head.after_cr);
        return ahead_skip(&csv->ahead, csv->begin, fault);
    }
    reader_options_t options = {.delimiter = csv->dialect.delimiter,
                                .quote = csv->dialect.quote,
                                .headless = !csv->dialect.header};
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
    return header_name(csv->head.header, i);
}

bool csv_column_quoted(const csv_t *csv, size_t i)
{
    const reader_field_t *field = &header_row(csv->head.header)->fields[i];
    return field->raw_size > 0 && field->raw[0] == csv->dialect.quote;
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
    lenient_destroy(&(*csv)->lenient);
    header_destroy(&(*csv)->head.header);
    ahead_release(&(*csv)->ahead);
    stream_destroy(&(*csv)->stream);
    free(*csv);
    *csv = NULL;
}
