// SPDX-License-Identifier: MPL-2.0
// Reads CSV row by row with libcsv (RFC 4180, strict), in bounded memory.
//
// Stricter or more careful than libcsv alone: nothing is trimmed, the byte order mark goes, blank
// lines are skipped except in one-column tables (there a blank line is a missing value), every row
// has as many fields as the header, bytes are UTF-8 without NUL, and each field's raw bytes are
// kept beside its value. Lines end with LF, CR LF or CR.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "data/csv/source.h"

enum {
    READER_COLUMNS_MAX = 10000,
    READER_NAME_BYTES = 1024,     // a column name
    READER_FIELD_BYTES = 1 << 20, // a field's value
    READER_ROW_BYTES = 64 << 20,  // a row, raw
    READER_CHUNK_BYTES = 1 << 18, // one read
};

typedef struct {
    const char *text; // the value, unquoted, not terminated
    size_t size;
    const char *raw; // the bytes as they stand in the file, quotes included
    size_t raw_size;
} reader_field_t;

// One row; its pointers hold until the next call on the reader.
typedef struct {
    int64_t number; // counted from 1, the header not counted
    int64_t line;   // the line on which the row starts
    size_t count;
    const reader_field_t *fields;
} reader_row_t;

typedef struct {
    char delimiter;     // 0: sniffed from the header among , ; tab |
    char quote;         // 0: '"'
    bool headless;      // the first row is no header: columns are column_1, column_2, ...
    size_t chunk_bytes; // 0: READER_CHUNK_BYTES
} reader_options_t;

typedef struct reader reader_t;

// Opens the table at `path` and reads its header. `options` may be NULL. The caller destroys
// *ret_reader.
//
// Errors: NOT_FOUND, IO; CSV_EMPTY without a header; CSV_HEADER for an empty, doubled or too long
// name or too many columns; those of reader_next.
err_t reader_open(const char *path, const reader_options_t *options, reader_t **ret_reader,
                  fault_t *fault);

// The same for a table in memory, which is borrowed until the reader is destroyed.
err_t reader_open_memory(const void *bytes, size_t size, const reader_options_t *options,
                         reader_t **ret_reader, fault_t *fault);

// The same for a table that `pull` gives, which must work until the reader is destroyed.
err_t reader_open_pulled(source_pull_t pull, void *context, const reader_options_t *options,
                         reader_t **ret_reader, fault_t *fault);

// Reads the next row; *ret_row is NULL behind the last one. After an error the reader is at its
// end.
//
// Errors, with the line and the column where there is one: CSV_RAGGED, CSV_QUOTE (the line where
// the quoted field opened), CSV_NUL, CSV_ENCODING, CSV_FIELD, TOO_LARGE for a row, IO.
err_t reader_next(reader_t *reader, const reader_row_t **ret_row, fault_t *fault);

// The header; names are valid UTF-8, not empty, unique. Holds as long as the reader.
const reader_row_t *reader_header(const reader_t *reader);

char reader_delimiter(const reader_t *reader);

// The line on which the next byte stands.
int64_t reader_line(const reader_t *reader);

// How much of the file has been read, and its size. A size that is not known is 0.
int64_t reader_offset(const reader_t *reader);
int64_t reader_size(const reader_t *reader);

void reader_destroy(reader_t **reader);
