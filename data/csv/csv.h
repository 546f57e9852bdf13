// SPDX-License-Identifier: MPL-2.0
// The way of a table into the engine: a file (plain, gzip or zip; several encodings and dialects)
// becomes pieces, which are runs of whole rows with their fields found. docs/csv.md has the rules.
//
//   csv_open -> { csv_take, under a lock -> csv_find, in any thread } until there is no more
//
// Pieces follow from the file's content alone, not from read sizes or threads. The judgement is
// that of reader.h (libcsv, strict): the fast path takes only what it would take in the same way,
// and asks for care with everything else; then csv_restart reads all again by the careful path.
//
// csv_find is what finds the fields: libcsv owns the name csv_parse.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "data/csv/encoding.h"
#include "data/csv/piece.h"

enum {
    CSV_HASH_BYTES = 32,
    CSV_BAD_LISTED = 1000,    // bad lines that are listed; all are counted
    CSV_READ_BYTES = 1 << 16, // one read
    CSV_MEMBER_BYTES = 256,   // a zip member's name, cut to fit
};

#define CSV_BYTES_MAX (INT64_C(64) << 30) // unpacked, unless options say otherwise

// What a person may say about a file; zero: guess, or the default.
typedef struct {
    encoding_t encoding;
    char delimiter;     // ASCII, no quote, no line end
    char quote;         // '"' or '\''
    int header;         // 1: the first row is a header, -1: it is not
    char decimal;       // '.' or ','
    bool lenient;       // leave out bad lines and list them; else the first one is a fault
    bool hash;          // SHA-256 of the file as it lies on disk
    size_t piece_bytes; // 0: PIECE_BYTES
    size_t piece_rows;  // 0: PIECE_ROWS
    int64_t bytes_max;  // unpacked; 0: CSV_BYTES_MAX
    size_t read_bytes;  // 0: CSV_READ_BYTES; changes nothing but speed
    bool scalar;        // without vector instructions; changes nothing but speed
} csv_options_t;

typedef enum { CSV_PLAIN, CSV_GZIP, CSV_ZIP } csv_packing_t;

typedef enum { CSV_LINES_LF, CSV_LINES_CRLF, CSV_LINES_CR, CSV_LINES_MIXED } csv_lines_t;

// What was settled, and whether it was a guess. Line ends are those of the first 64 KiB.
typedef struct {
    encoding_t encoding;
    bool encoding_guessed;
    bool bom; // there is a byte order mark
    csv_packing_t packing;
    char member[CSV_MEMBER_BYTES]; // of a zip
    char delimiter;
    bool delimiter_guessed;
    char quote;
    bool quote_guessed;
    bool header;
    bool header_guessed;
    char decimal;
    bool decimal_guessed;
    bool grouped; // numbers have dots between groups of three digits: 1.234,5
    csv_lines_t lines;
} csv_dialect_t;

typedef struct csv csv_t;

// Opens the table at `path`, settles its dialect and reads its header. `options` may be NULL. The
// caller destroys *ret_csv.
//
// Errors: NOT_FOUND, IO; INVALID for options that make no sense; CSV_EMPTY without a row;
// CSV_ENCODING; CORRUPT, UNSUPPORTED, TOO_LARGE for packed files; CSV_HEADER and the others of
// reader_open for the header.
err_t csv_open(const char *path, const csv_options_t *options, csv_t **ret_csv, fault_t *fault);

// The number of columns, at least 1, at most READER_COLUMNS_MAX, and their names: UTF-8, not empty,
// unique.
size_t csv_columns(const csv_t *csv);
const char *csv_column(const csv_t *csv, size_t i);

// Whether a column's name stood in quotes.
bool csv_column_quoted(const csv_t *csv, size_t i);

const csv_dialect_t *csv_dialect(const csv_t *csv);

// How much of the file, as it lies on disk, has been read, and its size (0: not known). The first
// belongs under csv_take's lock; csv_piece_t.position has it too.
int64_t csv_position(const csv_t *csv);
int64_t csv_size(const csv_t *csv);

// Takes the next piece: reads, unpacks, decodes, cuts at a row's end. Not thread-safe: callers hold
// a lock. *ret_more is false behind the last piece; then `piece` is empty. A piece may have no
// rows. After an error only csv_destroy is allowed.
//
// Errors: IO; CORRUPT, TOO_LARGE for packed files; CSV_ENCODING; on the careful path those of
// reader_next.
err_t csv_take(csv_t *csv, csv_piece_t *piece, bool *ret_more, fault_t *fault);

// Finds the fields of a piece and checks them. Thread-safe for different pieces. When *ret_care is
// true, the piece has no rows: forget all pieces of this file and call csv_restart. On the careful
// path there is nothing left to do and never any care.
void csv_find(const csv_t *csv, csv_piece_t *piece, bool *ret_care);

// Starts again from the beginning, on the careful path: libcsv when strict, the lenient parser when
// lenient. No other thread may use the csv. Columns and dialect stay. Errors: those of csv_open;
// UNSUPPORTED when the file cannot be read twice (a pipe).
err_t csv_restart(csv_t *csv, fault_t *fault);

// Whether the careful path is at work.
bool csv_is_careful(const csv_t *csv);

// The file's SHA-256 (CSV_HASH_BYTES bytes), when options asked for it and csv_take has come to the
// end; else NULL.
const uint8_t *csv_hash(const csv_t *csv);

void csv_destroy(csv_t **csv);

// "none", "gzip", "zip"; "lf", "crlf", "cr", "mixed"; a bad line's reason as a sentence without a
// full stop, and as a word ("fields", "quote", "nul", "encoding", "size").
const char *csv_packing_name(csv_packing_t packing);
const char *csv_lines_name(csv_lines_t lines);
const char *csv_bad_text(csv_bad_reason_t reason);
const char *csv_bad_name(csv_bad_reason_t reason);
