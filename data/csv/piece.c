// SPDX-License-Identifier: MPL-2.0
#include "data/csv/piece.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

enum { CHARACTER_BYTES = 4 };

int64_t piece_line(const csv_piece_t *piece, size_t row)
{
    if (piece->row_lines) {
        return piece->row_lines[row];
    }
    int64_t line = piece->line;
    bool after_cr = piece->after_cr;
    size_t end = piece->fields[row * piece->columns].at;
    for (size_t i = 0; i < end; i++) {
        char c = piece->bytes[i];
        line += c == '\r' || (c == '\n' && !after_cr);
        after_cr = c == '\r';
    }
    return line;
}

void piece_reserve(csv_piece_t *piece, size_t size)
{
    size_t need = size + PIECE_SLACK;
    if (need <= piece->capacity) {
        return;
    }
    piece->capacity = need > piece->capacity * 2 ? need : piece->capacity * 2;
    piece->bytes = mem_resize(piece->bytes, piece->capacity, 1);
}

void piece_reserve_fields(csv_piece_t *piece, size_t count)
{
    if (count <= piece->fields_capacity) {
        return;
    }
    size_t grown = piece->fields_capacity + piece->fields_capacity / 2;
    piece->fields_capacity = count > grown ? count : grown;
    piece->fields = mem_resize(piece->fields, piece->fields_capacity, sizeof *piece->fields);
}

void piece_clear(csv_piece_t *piece)
{
    free(piece->row_lines);
    *piece = (csv_piece_t){.bytes = piece->bytes,
                           .capacity = piece->capacity,
                           .fields = piece->fields,
                           .fields_capacity = piece->fields_capacity,
                           .bad = piece->bad,
                           .bad_capacity = piece->bad_capacity};
}

void piece_add(csv_piece_t *piece, const char *bytes, size_t size, bool quoted)
{
    piece_reserve(piece, piece->size + size);
    piece_reserve_fields(piece, piece->rows * piece->columns + piece->columns);
    if (size > 0) {
        memcpy(piece->bytes + piece->size, bytes, size);
    }
    size_t n = piece->rows * piece->columns + piece->open;
    piece->fields[n] =
        (csv_field_t){.at = (uint32_t)piece->size, .size_quoted = (uint32_t)size << 1 | quoted};
    piece->open++;
    piece->size += size;
}

void piece_end_row(csv_piece_t *piece, int64_t line)
{
    if (piece->rows == piece->row_lines_capacity) {
        piece->row_lines_capacity = piece->rows ? piece->rows * 2 : 256;
        piece->row_lines =
            mem_resize(piece->row_lines, piece->row_lines_capacity, sizeof *piece->row_lines);
    }
    piece->row_lines[piece->rows++] = line;
    piece->open = 0;
}

// Makes bytes fit to be shown: what is not printable UTF-8 becomes a question mark.
static void show(char *to, const char *bytes, size_t size)
{
    size_t n = size < PIECE_BAD_BYTES ? size : PIECE_BAD_BYTES;
    size_t at = 0;
    memcpy(to, bytes, n);
    while (at < n) {
        at += text_utf8_prefix(to + at, n - at);
        if (at < n && n - at < CHARACTER_BYTES && n < size) {
            n = at; // a character that is cut by the limit
        } else if (at < n) {
            to[at] = '?';
        }
    }
    for (size_t i = 0; i < n; i++) {
        bool control = (unsigned char)to[i] < 0x20 || to[i] == 0x7F;
        to[i] = to[i] == '\t' ? ' ' : control ? '?' : to[i];
    }
    to[n] = '\0';
}

void piece_add_bad(csv_piece_t *piece, const csv_bad_t *bad, const char *bytes, size_t size,
                   bool listed)
{
    piece->bad_count++;
    if (!listed) {
        return;
    }
    if (piece->bad_listed == piece->bad_capacity) {
        piece->bad_capacity = piece->bad_listed ? piece->bad_listed * 2 : 8;
        piece->bad = mem_resize(piece->bad, piece->bad_capacity, sizeof *piece->bad);
    }
    csv_bad_t *entry = &piece->bad[piece->bad_listed++];
    *entry = *bad;
    show(entry->text, bytes, size);
}

void piece_release(csv_piece_t *piece)
{
    free(piece->bytes);
    free(piece->fields);
    free(piece->row_lines);
    free(piece->bad);
    *piece = (csv_piece_t){0};
}
