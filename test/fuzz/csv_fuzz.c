// SPDX-License-Identifier: MPL-2.0
// The CSV layer. Whatever the bytes, libcsv (reader.h) gives the same rows or the same fault
// however they are cut into reads; the fast path, with and without vector instructions, finds the
// same fields as libcsv or asks for care where libcsv refuses; the careful path gives libcsv's rows
// and fault in the pieces of the fast one; so does the lenient one, when there is no fault. The
// first two bytes set the cuts.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "data/csv/csv.h"
#include "data/csv/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void require_same(buf_t *a, buf_t *b)
{
    if (a->size != b->size || (a->size > 0 && memcmp(a->data, b->data, a->size) != 0)) {
        fprintf(stderr, "--- one\n%.*s\n--- other\n%.*s\n", (int)a->size, a->data, (int)b->size,
                b->data);
        abort();
    }
}

static void add_field(buf_t *out, const char *text, size_t size, bool quoted)
{
    require(!memchr(text, '\0', size));
    buf_addf(out, "|%zu%s:", size, quoted ? "q" : "");
    buf_add(out, text, size);
}

// The end of all rows; a fault is all that counts.
static void add_end(buf_t *out, err_t err, const fault_t *fault)
{
    if (err != ERR_OK) {
        buf_clear(out);
    }
    require(err == ERR_OK || (err == fault->code && fault->remedy[0]));
    buf_addf(out, "\n%d %s %lld %s", (int)err, fault->detail, (long long)fault->line,
             fault->column);
}

static void add_row(buf_t *out, const reader_row_t *row, size_t columns)
{
    require(row->count == columns);
    buf_addf(out, "\n%lld", (long long)row->line);
    for (size_t i = 0; i < row->count; i++) {
        const reader_field_t *field = &row->fields[i];
        require(field->size <= field->raw_size && field->raw_size <= READER_ROW_BYTES);
        add_field(out, field->text, field->size, field->raw_size > field->size);
    }
}

// Writes down all rows that libcsv gives, and the fault.
static err_t read_rows(const uint8_t *bytes, size_t size, const reader_options_t *options,
                       buf_t *out)
{
    fault_t fault = {0};
    reader_t *reader = NULL;
    const reader_row_t *row = NULL;
    err_t err = reader_open_memory(bytes, size, options, &reader, &fault);
    while (err == ERR_OK) {
        err = reader_next(reader, &row, &fault);
        if (err != ERR_OK || !row) {
            break;
        }
        add_row(out, row, reader_header(reader)->count);
    }
    reader_destroy(&reader);
    add_end(out, err, &fault);
    return err;
}

// Writes a piece down, with the place where it ends when `ends` are wanted.
static void add_piece(buf_t *out, const csv_piece_t *piece, bool ends)
{
    for (size_t row = 0; row < piece->rows; row++) {
        buf_addf(out, "\n%lld", (long long)piece_line(piece, row));
        for (size_t i = 0; i < piece->columns; i++) {
            const csv_field_t *field = &piece->fields[row * piece->columns + i];
            require(field->at + csv_field_size(field) <= piece->size);
            add_field(out, csv_field_bytes(piece, field), csv_field_size(field),
                      csv_field_quoted(field));
        }
    }
    if (ends && piece->rows > 0) {
        buf_addf(out, "\nend of %lld, row %lld", (long long)piece->number, (long long)piece->row);
    }
}

// Writes down all pieces, and the fault; true when care is needed.
static bool read_pieces(csv_t *csv, bool ends, buf_t *out)
{
    csv_piece_t piece = {0};
    fault_t fault = {0};
    bool more = true;
    bool care = false;
    err_t err = ERR_OK;
    while (err == ERR_OK && more && !care) {
        err = csv_take(csv, &piece, &more, &fault);
        if (err == ERR_OK) {
            csv_find(csv, &piece, &care);
            add_piece(out, &piece, ends);
        }
    }
    piece_release(&piece);
    add_end(out, err, &fault);
    return care;
}

// What the layer makes of a file: *out has all rows, or libcsv's fault.
typedef struct {
    buf_t fast; // with piece ends; empty when care is needed
    buf_t rows;
    buf_t careful;
    err_t opened;
} outcome_t;

static outcome_t run(const char *path, const csv_options_t *options)
{
    outcome_t outcome = {0};
    fault_t fault = {0};
    csv_t *csv = NULL;
    outcome.opened = csv_open(path, options, &csv, &fault);
    if (outcome.opened != ERR_OK) {
        add_end(&outcome.rows, outcome.opened, &fault);
        return outcome;
    }
    if (read_pieces(csv, true, &outcome.fast)) {
        buf_clear(&outcome.fast);
    }
    err_t err = csv_restart(csv, &fault);
    require(err == ERR_OK);
    require(!read_pieces(csv, true, &outcome.careful));
    require(csv_restart(csv, &fault) == ERR_OK);
    require(!read_pieces(csv, false, &outcome.rows));
    csv_destroy(&csv);
    if (outcome.fast.size > 0) {
        require_same(&outcome.fast, &outcome.careful);
    }
    return outcome;
}

static void release(outcome_t *outcome)
{
    buf_release(&outcome->fast);
    buf_release(&outcome->rows);
    buf_release(&outcome->careful);
}

// Faults that libcsv cannot have: it knows no packings and no other encodings.
static bool is_of_the_file(err_t err)
{
    return err == ERR_UNSUPPORTED || err == ERR_CORRUPT || err == ERR_CSV_ENCODING;
}

// libcsv would read the packed bytes.
static bool is_packed(const uint8_t *bytes, size_t size)
{
    return size >= 2 && (memcmp(bytes, "PK", 2) == 0 || memcmp(bytes, "\x1F\x8B", 2) == 0);
}

static void check_strict(const char *path, const uint8_t *bytes, size_t size,
                         const csv_options_t *options)
{
    reader_options_t judge = {.delimiter = options->delimiter,
                              .quote = options->quote,
                              .headless = options->header < 0,
                              .chunk_bytes = options->read_bytes};
    buf_t parts = {0};
    buf_t whole = {0};
    err_t err = read_rows(bytes, size, &judge, &parts);
    judge.chunk_bytes = 0;
    require(read_rows(bytes, size, &judge, &whole) == err);
    require_same(&whole, &parts);
    csv_options_t plain = *options;
    plain.scalar = true;
    plain.read_bytes = 0;
    outcome_t one = run(path, options);
    outcome_t other = run(path, &plain);
    require_same(&one.fast, &other.fast);
    require_same(&one.rows, &other.rows);
    if (one.opened == ERR_OK) {
        require((one.fast.size > 0) == (err == ERR_OK));
        require_same(&one.rows, &whole);
    } else if (!is_of_the_file(one.opened)) {
        require(one.opened == err);
    }
    release(&one);
    release(&other);
    buf_release(&parts);
    buf_release(&whole);
}

static void check_lenient(const char *path, const csv_options_t *options)
{
    csv_options_t lenient = *options;
    lenient.lenient = true;
    outcome_t outcome = run(path, &lenient);
    release(&outcome);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 2) {
        return 0;
    }
    static const char delimiters[] = {',', ';', '\t', '|'};
    csv_options_t options = {.encoding = ENCODING_UTF8,
                             .delimiter = delimiters[bytes[0] & 3],
                             .quote = bytes[0] & 4 ? '\'' : '"',
                             .header = bytes[0] & 8 ? -1 : 1,
                             .piece_rows = (size_t)(bytes[0] >> 4) + 1,
                             .piece_bytes = (size_t)bytes[1] + 1,
                             .read_bytes = (size_t)(bytes[1] & 63) + 1};
    int fd = memfd_create("csv", 0);
    require(fd >= 0 && write(fd, bytes + 2, size - 2) == (ssize_t)(size - 2));
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (!is_packed(bytes + 2, size - 2)) {
        check_strict(path, bytes + 2, size - 2, &options);
    }
    check_lenient(path, &options);
    check_lenient(path, &(csv_options_t){.piece_bytes = options.piece_bytes});
    close(fd);
    return 0;
}
