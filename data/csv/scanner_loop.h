// SPDX-License-Identifier: MPL-2.0
// The loops of a scanner, compiled once for each kind of processor. The file that includes it has
// defined, for 64 bytes at a time:
//   marks_t marks_of(const char *block, char delimiter, char quote): a bit for each byte
//   uint64_t prefix_xor(uint64_t bits): bit i is the xor of the bits 0 to i
#pragma once

#include <string.h>

#include "data/csv/reader.h"
#include "data/csv/scanner.h"

enum { FIELD_BYTES_SURE = READER_FIELD_BYTES - 256 }; // beyond it libcsv decides

static inline uint64_t all_if(uint64_t bit)
{
    return (uint64_t) - (int64_t)bit;
}

// The bits of a block's first `size` bytes.
static inline uint64_t valid_bits(size_t size)
{
    return size >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << size) - 1;
}

// The bits up to and with the lowest one of `bits`.
static inline uint64_t up_to_lowest(uint64_t bits)
{
    return bits ^ (bits - 1);
}

// Goes through a block's row ends one by one; the place behind the one that ends the piece, or 0.
static size_t cut_in_block(cut_t *cut, uint64_t row_ends, uint64_t line_ends)
{
    for (; row_ends; row_ends &= row_ends - 1) {
        size_t end = cut->at + (size_t)__builtin_ctzll(row_ends) + 1;
        cut->rows++;
        if (end >= cut->bytes_min || cut->rows >= cut->rows_max) {
            cut->lines += __builtin_popcountll(line_ends & up_to_lowest(row_ends));
            return end;
        }
    }
    cut->lines += __builtin_popcountll(line_ends);
    return 0;
}

static size_t cut_blocks(cut_t *cut, const char *bytes, size_t size, bool last)
{
    for (; cut->at + 64 <= size || (last && cut->at < size); cut->at += 64) {
        marks_t m = marks_of(bytes + cut->at, 0, cut->quote);
        uint64_t valid = valid_bits(size - cut->at);
        uint64_t inside = prefix_xor(m.quote & valid) ^ cut->inside;
        uint64_t any = (m.lf | m.cr) & valid;
        uint64_t second = m.lf & (m.cr << 1 | cut->after_cr);
        uint64_t ends = any & ~inside;
        uint64_t row_ends = ends & ~(cut->narrow ? second : ends << 1 | cut->after_end);
        size_t rows = (size_t)__builtin_popcountll(row_ends);
        if (cut->at + 64 >= cut->bytes_min || cut->rows + rows >= cut->rows_max) {
            size_t end = cut_in_block(cut, row_ends, any & ~second);
            if (end > 0) {
                return end;
            }
        } else {
            cut->rows += rows;
            cut->lines += __builtin_popcountll(any & ~second);
        }
        cut->inside = all_if(inside >> 63);
        cut->after_end = ends >> 63;
        cut->after_cr = m.cr >> 63;
    }
    return 0;
}

// Where the finding stands between two blocks.
typedef struct {
    csv_piece_t *piece;
    csv_field_t *fields;
    char *bytes;
    char quote;
    size_t count;   // fields
    size_t row_end; // fields at the end of the row in work
    size_t start;   // of the field in work
    bool doubled;   // it holds doubled quotes
    uint64_t inside;
    uint64_t after_cr;
    uint64_t after_end;   // a line end outside quotes
    uint64_t after_close; // a quote that closes
    uint64_t after_edge;  // something behind which a quote may open
    uint64_t high;
} find_t;

// Undoes doubled quotes in place and returns the new size; what gets free is filled with quotes,
// for piece_line counts line ends.
static size_t undouble(char *text, size_t size, char quote)
{
    size_t to = 0;
    for (size_t from = 0; from < size; from++) {
        text[to++] = text[from];
        from += text[from] == quote;
    }
    memset(text + to, quote, size - to);
    return to;
}

// The field in work ends before `end`.
static inline void put_field(find_t *f, size_t end)
{
    uint32_t quoted = f->bytes[f->start] == f->quote;
    f->fields[f->count] =
        (csv_field_t){.at = (uint32_t)f->start + quoted,
                      .size_quoted = (uint32_t)(end - f->start - 2 * quoted) << 1 | quoted};
}

// Fields that end in a block; without quotes in it, only the first one may be quoted.
static inline void put_fields(find_t *f, uint64_t separators, bool quotes, size_t base)
{
    for (; separators; separators &= separators - 1) {
        size_t end = base + (size_t)__builtin_ctzll(separators);
        put_field(f, end);
        f->count++;
        f->start = end + 1;
        if (!quotes) {
            separators &= separators - 1;
            break;
        }
    }
    csv_field_t *field = f->fields + f->count;
    size_t start = f->start;
    for (; separators; separators &= separators - 1) {
        size_t end = base + (size_t)__builtin_ctzll(separators);
        *field++ =
            (csv_field_t){.at = (uint32_t)start, .size_quoted = (uint32_t)(end - start) << 1};
        start = end + 1;
    }
    f->count = (size_t)(field - f->fields);
    f->start = start;
}

// The same for blocks with line ends that end no row, or with doubled quotes.
static void put_fields_slowly(find_t *f, uint64_t separators, uint64_t skipped, uint64_t doubled,
                              size_t base)
{
    for (uint64_t bits = separators | skipped | doubled; bits; bits &= bits - 1) {
        uint64_t bit = bits & -bits;
        size_t at = base + (size_t)__builtin_ctzll(bits);
        if (bit & doubled) {
            f->doubled = true;
            continue;
        }
        if (bit & separators) {
            put_field(f, at);
            csv_field_t *field = &f->fields[f->count++];
            if (f->doubled) {
                size_t size = undouble(f->bytes + field->at, csv_field_size(field), f->quote);
                field->size_quoted = (uint32_t)size << 1 | 1;
                f->doubled = false;
            }
        }
        f->start = at + 1;
    }
}

// Whether every row that ends in the block has its number of fields; `ends` are among
// `separators`, of which the first is field number f->count.
static inline bool rows_fit(find_t *f, uint64_t separators, uint64_t ends)
{
    for (; ends; ends &= ends - 1) {
        uint64_t before = separators & up_to_lowest(ends);
        if (f->count + (size_t)__builtin_popcountll(before) != f->row_end) {
            return false;
        }
        f->row_end += f->piece->columns;
        f->piece->rows++;
    }
    return true;
}

// One block; false when there is something unusual in it.
static inline bool find_block(find_t *f, marks_t m, uint64_t valid, size_t base)
{
    uint64_t inside = prefix_xor(m.quote & valid) ^ f->inside;
    uint64_t ends = (m.lf | m.cr) & valid & ~inside;
    uint64_t edges = ((m.delimiter & valid) | ends) & ~inside;
    uint64_t opens = m.quote & valid & inside;
    uint64_t closes = m.quote & valid & ~inside;
    uint64_t behind_close = (closes << 1 | f->after_close) & valid;
    uint64_t misplaced = (opens & ~((edges | closes) << 1 | f->after_edge)) |
                         (behind_close & ~(edges | opens)) | (m.nul & valid);
    uint64_t skipped = f->piece->columns > 1 ? ends & (ends << 1 | f->after_end)
                                             : ends & m.lf & (m.cr << 1 | f->after_cr);
    uint64_t separators = edges & ~skipped;
    uint64_t doubled = opens & behind_close;
    if (misplaced || !rows_fit(f, separators, ends & ~skipped)) {
        return false;
    }
    if (skipped | doubled | f->doubled) {
        put_fields_slowly(f, separators, skipped, doubled, base);
    } else {
        put_fields(f, separators, (m.quote & valid) != 0, base);
    }
    f->high |= m.high & valid;
    f->inside = all_if(inside >> 63);
    f->after_cr = m.cr >> 63;
    f->after_end = ends >> 63;
    f->after_close = closes >> 63;
    f->after_edge = (edges | closes) >> 63;
    return f->count <= f->row_end && (f->start > base || base - f->start < FIELD_BYTES_SURE);
}

// Whether a row is so long that libcsv must decide.
static bool has_long_row(const csv_piece_t *piece)
{
    size_t end = piece->size;
    for (size_t row = piece->size > READER_ROW_BYTES ? piece->rows : 0; row > 0; row--) {
        size_t start = piece->fields[(row - 1) * piece->columns].at;
        if (end - start >= READER_ROW_BYTES - 1) {
            return true;
        }
        end = start;
    }
    return false;
}

// Makes room for the fields of one more block.
static inline void make_room(find_t *f)
{
    if (f->count + 64 > f->piece->fields_capacity) {
        piece_reserve_fields(f->piece, f->count + 64);
        f->fields = f->piece->fields;
    }
}

static bool find_blocks(csv_piece_t *piece, char delimiter, char quote, bool *ret_high)
{
    find_t f = {.piece = piece,
                .fields = piece->fields,
                .bytes = piece->bytes,
                .quote = quote,
                .row_end = piece->columns,
                .after_cr = piece->after_cr,
                .after_end = 1,
                .after_edge = 1};
    for (size_t base = 0; base < piece->size; base += 64) {
        make_room(&f);
        marks_t marks = marks_of(piece->bytes + base, delimiter, quote);
        if (!find_block(&f, marks, valid_bits(piece->size - base), base)) {
            return false;
        }
    }
    *ret_high = f.high != 0;
    return !f.inside && f.count + piece->columns == f.row_end && !has_long_row(piece);
}
