// SPDX-License-Identifier: MPL-2.0
// A run of whole rows with their fields found: what the CSV layer hands on.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PIECE_BYTES = 1 << 19,      // a piece ends at the first row end at or behind this many bytes,
    PIECE_BYTES_WIDE = 4 << 20, // (when rows have PIECE_COLUMNS_WIDE fields)
    PIECE_COLUMNS_WIDE = 128,
    PIECE_ROWS = 1 << 16, // or after this many rows
    PIECE_SLACK = 64,     // readable bytes behind a piece's last one
    PIECE_BAD_BYTES = 80, // how much of a bad line is shown
};

// Where a field's value lies in its piece's bytes: unquoted, doubled quotes undone.
typedef struct {
    uint32_t at;
    uint32_t size_quoted; // size << 1 | whether it stood in quotes
} csv_field_t;

// Why a line was left out (lenient reading only).
typedef enum {
    CSV_BAD_FIELDS,   // another number of fields than the header
    CSV_BAD_QUOTE,    // a quote is never closed
    CSV_BAD_NUL,      // a NUL byte
    CSV_BAD_ENCODING, // bytes that are not UTF-8
    CSV_BAD_SIZE,     // a field or the row is too large
    CSV_BAD_COUNT,
} csv_bad_reason_t;

// A line that was left out.
typedef struct {
    int64_t line; // where it starts, counted from 1
    csv_bad_reason_t reason;
    size_t fields;                  // how many it has, for CSV_BAD_FIELDS
    char text[PIECE_BAD_BYTES + 1]; // its first bytes, printable UTF-8, terminated
} csv_bad_t;

// Zeroed before its first use; may be used again for the next csv_take. Owned by the caller, who
// may write to its bytes.
typedef struct {
    int64_t number;   // 0, 1, 2, ...: its place in the file
    int64_t row;      // how many rows stand before it, as far as csv_take can tell
    int64_t line;     // on which it starts
    int64_t position; // bytes of the file (as it lies on disk) that were read when it was taken
    char *bytes;
    size_t size;
    size_t capacity;
    csv_field_t *fields; // rows x columns, row by row
    size_t rows;
    size_t columns;
    size_t open; // fields of a row that piece_add has begun
    size_t fields_capacity;
    int64_t *row_lines; // NULL: counted when asked for
    size_t row_lines_capacity;
    csv_bad_t *bad; // lines left out here; no more are listed than csv.h says, all are counted
    size_t bad_listed;
    size_t bad_capacity;
    int64_t bad_count;
    bool after_cr; // the byte before the piece is CR
    bool care;     // only the careful path can judge it
    bool found;    // the fields are found
} csv_piece_t;

static inline const char *csv_field_bytes(const csv_piece_t *piece, const csv_field_t *field)
{
    return piece->bytes + field->at;
}

static inline uint32_t csv_field_size(const csv_field_t *field)
{
    return field->size_quoted >> 1;
}

static inline bool csv_field_quoted(const csv_field_t *field)
{
    return field->size_quoted & 1;
}

// The line on which row `row` of a piece starts; takes time in proportion to the piece.
int64_t piece_line(const csv_piece_t *piece, size_t row);

// Makes room for `size` bytes and the slack; what is there stays.
void piece_reserve(csv_piece_t *piece, size_t size);

// Makes room for `count` fields; what is there stays.
void piece_reserve_fields(csv_piece_t *piece, size_t count);

// Empties a piece and keeps its memory.
void piece_clear(csv_piece_t *piece);

// Adds a value to a piece that is filled field by field.
void piece_add(csv_piece_t *piece, const char *bytes, size_t size, bool quoted);

// Ends a row of such a piece, which started on `line`.
void piece_end_row(csv_piece_t *piece, int64_t line);

// Lists a line that is left out; `bytes` is its beginning. It is only counted when `listed` is
// false.
void piece_add_bad(csv_piece_t *piece, const csv_bad_t *bad, const char *bytes, size_t size,
                   bool listed);

// Frees the memory; the piece is zeroed.
void piece_release(csv_piece_t *piece);
