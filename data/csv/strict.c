// SPDX-License-Identifier: MPL-2.0
#include "data/csv/strict.h"

static void add_row(csv_piece_t *piece, const reader_row_t *row)
{
    for (size_t i = 0; i < row->count; i++) {
        const reader_field_t *field = &row->fields[i];
        piece_add(piece, field->text, field->size, field->raw_size > field->size);
    }
    piece_end_row(piece, row->line);
}

err_t strict_take(reader_t *reader, const piece_rule_t *rule, int64_t start, csv_piece_t *piece,
                  fault_t *fault)
{
    while (piece->rows < rule->rows_max) {
        const reader_row_t *row = NULL;
        err_t err = reader_next(reader, &row, fault);
        if (err != ERR_OK || !row) {
            return err;
        }
        add_row(piece, row);
        if (reader_offset(reader) - start >= (int64_t)rule->bytes_min) {
            break;
        }
    }
    return ERR_OK;
}
