// SPDX-License-Identifier: MPL-2.0
#include "data/csv/reader.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/csv/header.h"
#include "data/csv/judge.h"
#include "data/csv/record.h"
#include "data/csv/sniff.h"
#include "data/csv/source.h"

// The bytes [start, scan) of the chunk have been given to libcsv, [scan, end) have not. libcsv gets
// them in pieces that end with a delimiter or a line end, so a field that it reports ends there:
// libcsv alone decides what a field is, and its raw bytes are known all the same.
struct reader {
    source_t source;
    struct csv_parser parser;
    bool special[256]; // delimiter, line ends, NUL
    char delimiter;
    char *chunk;
    size_t capacity;
    size_t read_size;
    size_t start; // of the row in work
    size_t scan;
    size_t end;
    bool ended;    // the source is at its end, or broken
    bool after_cr; // the last special byte was CR
    int64_t line;  // on which `scan` is
    int64_t field_line;
    int64_t row_line;
    int64_t number;
    record_t record;
    reader_row_t row;
    header_t *header; // NULL until it is read
    bool pending;     // `row` has been read, not given
};

static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

// The guard of libcsv's field buffer: it halves its wish until it gets nothing, then it gives up.
static void *capped_realloc(void *old, size_t size)
{
    return size > READER_FIELD_BYTES + 1 ? NULL : realloc(old, size);
}

static void on_field(void *text, size_t size, void *context)
{
    reader_t *reader = context;
    record_add(&reader->record, text, size, reader->scan - reader->start);
}

static void on_row(int terminator, void *context)
{
    (void)terminator;
    ((reader_t *)context)->record.complete = true;
}

// Adds the place: a line, and the column the reading is in.
static err_t fail_at(const reader_t *reader, int64_t line, err_t err, fault_t *fault)
{
    const char *column = reader->header ? header_name(reader->header, reader->record.count) : "";
    fault_at(fault, line, 0, column);
    return err;
}

static err_t fail_parse(reader_t *reader, fault_t *fault)
{
    long long from = reader->field_line;
    if (csv_error(&reader->parser) != CSV_EPARSE) {
        fault_set(fault, ERR_CSV_FIELD, "look for a missing closing quote",
                  "line %lld: a field is larger than %d bytes", from, (int)READER_FIELD_BYTES);
        return fail_at(reader, from, ERR_CSV_FIELD, fault);
    }
    const char *remedy = "put the field in quotes and write each quote inside it twice";
    if (from == reader->line) {
        fault_set(fault, ERR_CSV_QUOTE, remedy, "line %lld: a quote stands where none may be",
                  from);
    } else {
        fault_set(fault, ERR_CSV_QUOTE, remedy,
                  "line %lld: the quoted field that opens here is not closed properly (noticed on "
                  "line %lld)",
                  from, (long long)reader->line);
    }
    return fail_at(reader, from, ERR_CSV_QUOTE, fault);
}

// Gives libcsv the bytes up to `to`; at most the last of them ends a field.
static err_t feed(reader_t *reader, size_t to, fault_t *fault)
{
    const char *from = reader->chunk + reader->scan;
    size_t size = to - reader->scan;
    reader->scan = to - 1; // on_field reads where the field ends
    size_t eaten = csv_parse(&reader->parser, from, size, on_field, on_row, reader);
    reader->scan = to;
    return eaten == size ? ERR_OK : fail_parse(reader, fault);
}

// Moves the row in work to the front of the buffer and reads more behind it.
static err_t refill(reader_t *reader, fault_t *fault)
{
    size_t kept = reader->end - reader->start;
    if (kept > READER_ROW_BYTES) {
        fault_set(fault, ERR_TOO_LARGE, "look for a missing closing quote",
                  "the row on line %lld is larger than %d MiB", (long long)reader->row_line,
                  READER_ROW_BYTES >> 20);
        return fail_at(reader, reader->row_line, ERR_TOO_LARGE, fault);
    }
    if (kept > 0) {
        memmove(reader->chunk, reader->chunk + reader->start, kept);
    }
    reader->scan -= reader->start;
    reader->end = kept;
    reader->start = 0;
    if (reader->capacity - kept < reader->read_size) {
        reader->capacity = kept * 2 + reader->read_size;
        reader->chunk = mem_resize(reader->chunk, reader->capacity, 1);
    }
    size_t got = 0;
    err_t err = source_read(&reader->source, reader->chunk + kept, reader->read_size, &got, fault);
    reader->end += got;
    reader->ended = err != ERR_OK || got == 0;
    return err;
}

// A line end where no row has begun: the second half of CR LF or a blank line. In a one-column
// table a blank line is a row of one missing value.
static void blank_line(reader_t *reader, bool second_half)
{
    if (!second_half && reader->header && header_row(reader->header)->count == 1) {
        record_add(&reader->record, NULL, 0, 0);
        reader->record.complete = true;
        return;
    }
    reader->start = reader->scan;
    reader->row_line = reader->line;
}

// Takes the bytes up to and with the special byte at `at`.
static err_t take(reader_t *reader, size_t at, fault_t *fault)
{
    char c = reader->chunk[at];
    if (c == '\0') {
        fault_set(fault, ERR_CSV_NUL, "save the file as plain text in UTF-8",
                  "line %lld holds a NUL byte", (long long)reader->line);
        return fail_at(reader, reader->line, ERR_CSV_NUL, fault);
    }
    bool line_end = c != reader->delimiter;
    bool after_cr = at > reader->start ? reader->chunk[at - 1] == '\r' : reader->after_cr;
    bool second_half = c == '\n' && after_cr;
    bool blank = line_end && reader->record.count == 0 && at == reader->start;
    size_t fields = reader->record.count;
    err_t err = feed(reader, at + 1, fault);
    if (err != ERR_OK) {
        return err;
    }
    reader->line += line_end && !second_half;
    reader->after_cr = c == '\r';
    if (blank) {
        blank_line(reader, second_half);
    }
    if (blank || reader->record.count > fields) {
        reader->field_line = reader->line;
    }
    return ERR_OK;
}

// Ends the last row when the file ends without a line end.
static err_t finish(reader_t *reader, fault_t *fault)
{
    if (reader->record.count == 0 && reader->start == reader->end) {
        return ERR_OK;
    }
    if (csv_fini(&reader->parser, on_field, on_row, reader) == 0) {
        return ERR_OK;
    }
    fault_set(fault, ERR_CSV_QUOTE, "close the quote",
              "line %lld: the quoted field that opens here is never closed",
              (long long)reader->field_line);
    return fail_at(reader, reader->field_line, ERR_CSV_QUOTE, fault);
}

// Reads on until a row is complete or the source has ended.
static err_t read_record(reader_t *reader, fault_t *fault)
{
    while (!reader->record.complete) {
        size_t at = reader->scan;
        while (at < reader->end && !reader->special[(unsigned char)reader->chunk[at]]) {
            at++;
        }
        err_t err = ERR_OK;
        if (at < reader->end) {
            err = take(reader, at, fault);
        } else if (at > reader->scan) {
            err = feed(reader, at, fault);
        } else if (!reader->ended) {
            err = refill(reader, fault);
        } else {
            return finish(reader, fault);
        }
        if (err != ERR_OK) {
            return err;
        }
    }
    return ERR_OK;
}

static err_t check_row(const reader_t *reader, fault_t *fault)
{
    const char *bytes = reader->chunk + reader->start;
    int64_t line = reader->row_line;
    err_t err = judge_encoding(bytes, reader->record.next - 1, line, fault);
    if (err == ERR_OK && reader->header) {
        err = judge_width(reader->record.count, header_row(reader->header)->count, line, fault);
    }
    return err;
}

// Reads a row's bytes and checks them; *ret_row is NULL at the end.
static err_t read_row(reader_t *reader, const reader_row_t **ret_row, fault_t *fault)
{
    reader->start = reader->scan;
    reader->row_line = reader->line;
    reader->field_line = reader->line;
    record_clear(&reader->record);
    err_t err = read_record(reader, fault);
    if (err == ERR_OK && reader->record.complete) {
        err = check_row(reader, fault);
    }
    if (err != ERR_OK || !reader->record.complete) {
        reader->ended = true;
        reader->start = reader->scan = reader->end;
        *ret_row = NULL;
        return err;
    }
    reader->row =
        (reader_row_t){.number = reader->header ? ++reader->number : 0,
                       .line = reader->row_line,
                       .count = record_kept(&reader->record),
                       .fields = record_fields(&reader->record, reader->chunk + reader->start)};
    *ret_row = &reader->row;
    return ERR_OK;
}

err_t reader_next(reader_t *reader, const reader_row_t **ret_row, fault_t *fault)
{
    if (reader->pending) {
        reader->pending = false;
        *ret_row = &reader->row;
        return ERR_OK;
    }
    return read_row(reader, ret_row, fault);
}

static err_t read_header(reader_t *reader, bool headless, fault_t *fault)
{
    reader->record.limit = READER_COLUMNS_MAX;
    const reader_row_t *row = NULL;
    err_t err = read_row(reader, &row, fault);
    if (err != ERR_OK) {
        return err;
    }
    if (!row) {
        return fault_set(fault, ERR_CSV_EMPTY, "choose a file with a header and rows",
                         "the file is empty");
    }
    if (reader->record.count > READER_COLUMNS_MAX) {
        err = fault_set(fault, ERR_CSV_HEADER, "split the table",
                        "line %lld: the header has %zu columns, at most %d are supported",
                        (long long)row->line, reader->record.count, (int)READER_COLUMNS_MAX);
        fault_at(fault, row->line, 0, "");
        return err;
    }
    reader->record.limit = row->count;
    if (headless) {
        reader->header = header_made(row->count);
        reader->row.number = reader->number = 1;
        reader->pending = true;
        return ERR_OK;
    }
    return header_new(row, &reader->header, fault);
}

// Reads enough to see the header, drops the byte order mark and settles the delimiter.
static err_t begin(reader_t *reader, char delimiter, fault_t *fault)
{
    err_t err = ERR_OK;
    while (err == ERR_OK && !reader->ended && reader->end < SNIFF_BYTES) {
        err = refill(reader, fault);
    }
    if (reader->end >= 3 && memcmp(reader->chunk, "\xEF\xBB\xBF", 3) == 0) {
        reader->scan = 3;
    }
    reader->delimiter =
        delimiter ? delimiter
                  : sniff_delimiter(reader->chunk + reader->scan, reader->end - reader->scan);
    csv_set_delim(&reader->parser, (unsigned char)reader->delimiter);
    for (const char *c = "\n\r"; *c; c++) {
        reader->special[(unsigned char)*c] = true;
    }
    reader->special[0] = true;
    reader->special[(unsigned char)reader->delimiter] = true;
    return err;
}

static err_t open_source(source_t source, const reader_options_t *options, reader_t **ret_reader,
                         fault_t *fault)
{
    reader_options_t wish = options ? *options : (reader_options_t){0};
    reader_t *reader = mem_new(sizeof *reader);
    reader->source = source;
    reader->read_size = wish.chunk_bytes ? wish.chunk_bytes : READER_CHUNK_BYTES;
    reader->line = 1;
    csv_init(&reader->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL);
    csv_set_space_func(&reader->parser, no_space);
    csv_set_realloc_func(&reader->parser, capped_realloc);
    csv_set_blk_size(&reader->parser, 4096);
    if (wish.quote) {
        csv_set_quote(&reader->parser, (unsigned char)wish.quote);
    }
    err_t err = begin(reader, wish.delimiter, fault);
    if (err == ERR_OK) {
        err = read_header(reader, wish.headless, fault);
    }
    if (err != ERR_OK) {
        reader_destroy(&reader);
        return err;
    }
    *ret_reader = reader;
    return ERR_OK;
}

err_t reader_open(const char *path, const reader_options_t *options, reader_t **ret_reader,
                  fault_t *fault)
{
    source_t source;
    err_t err = source_open(path, &source, fault);
    return err == ERR_OK ? open_source(source, options, ret_reader, fault) : err;
}

err_t reader_open_memory(const void *bytes, size_t size, const reader_options_t *options,
                         reader_t **ret_reader, fault_t *fault)
{
    return open_source(source_memory(bytes, size), options, ret_reader, fault);
}

err_t reader_open_pulled(source_pull_t pull, void *context, const reader_options_t *options,
                         reader_t **ret_reader, fault_t *fault)
{
    return open_source(source_pulled(pull, context), options, ret_reader, fault);
}

const reader_row_t *reader_header(const reader_t *reader)
{
    return header_row(reader->header);
}

char reader_delimiter(const reader_t *reader)
{
    return reader->delimiter;
}

int64_t reader_line(const reader_t *reader)
{
    return reader->line;
}

int64_t reader_offset(const reader_t *reader)
{
    return reader->source.offset - (int64_t)(reader->end - reader->scan);
}

int64_t reader_size(const reader_t *reader)
{
    return reader->source.size;
}

void reader_destroy(reader_t **reader)
{
    if (!*reader) {
        return;
    }
    source_release(&(*reader)->source);
    csv_free(&(*reader)->parser);
    record_release(&(*reader)->record);
    header_destroy(&(*reader)->header);
    free((*reader)->chunk);
    free(*reader);
    *reader = NULL;
}
