// SPDX-License-Identifier: MPL-2.0
#include "data/engine/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void rows_init(rows_t *rows, size_t columns)
{
    size_t fit = ROWS_BYTES / (columns * (CELLS_VALUE_SIZE + sizeof *rows->texts));
    rows->columns = columns;
    rows->block = fit > ROWS_BLOCK ? ROWS_BLOCK : fit > 0 ? fit : 1;
    rows->texts = mem_array(columns * rows->block, sizeof *rows->texts);
    rows->scratch = mem_array(columns * rows->block, CELLS_VALUE_SIZE);
}

// Most cells are short: two loads and stores that may overlap, instead of a call.
static char *copy(char *to, const char *from, uint32_t size)
{
    if (size > 16) {
        memcpy(to, from, size);
    } else if (size >= 8) {
        uint64_t first;
        uint64_t last;
        memcpy(&first, from, 8);
        memcpy(&last, from + size - 8, 8);
        memcpy(to, &first, 8);
        memcpy(to + size - 8, &last, 8);
    } else if (size >= 4) {
        uint32_t first;
        uint32_t last;
        memcpy(&first, from, 4);
        memcpy(&last, from + size - 4, 4);
        memcpy(to, &first, 4);
        memcpy(to + size - 4, &last, 4);
    } else {
        for (uint32_t i = 0; i < size; i++) {
            to[i] = from[i];
        }
    }
    return to + size;
}

static char *copy_quoted(char *to, const char *from, uint32_t size)
{
    const char *end = from + size;
    *to++ = '"';
    while (from < end) {
        const char *quote = memchr(from, '"', (size_t)(end - from));
        size_t run = quote ? (size_t)(quote - from) + 1 : (size_t)(end - from);
        memcpy(to, from, run);
        to += run;
        from += run;
        if (quote) {
            *to++ = '"';
        }
    }
    *to++ = '"';
    return to;
}

static char *put(char *to, const cell_text_t *cell)
{
    return cell->quote == CELL_AS_IS ? copy(to, cell->bytes, cell->size)
                                     : copy_quoted(to, cell->bytes, cell->size);
}

static char *put_row(const rows_t *rows, size_t row, char delimiter, bool blank, char *to)
{
    const char *start = to;
    for (size_t c = 0; c < rows->columns; c++) {
        if (c > 0) {
            *to++ = delimiter;
        }
        to = put(to, &rows->texts[c * rows->block + row]);
    }
    if (to == start && !blank) {
        *to++ = '"';
        *to++ = '"';
    }
    *to++ = '\n';
    return to;
}

void rows_write(rows_t *rows, const cells_t *cells, size_t count, bool blank, buf_t *out)
{
    for (size_t from = 0; from < count; from += rows->block) {
        size_t block = count - from < rows->block ? count - from : rows->block;
        size_t bytes = 0;
        for (size_t c = 0; c < rows->columns; c++) {
            bytes += cells_write(&cells[c], from, block, rows->texts + c * rows->block,
                                 rows->scratch + c * rows->block * CELLS_VALUE_SIZE);
        }
        // every byte may be a quote that is doubled; two quotes and a delimiter a cell
        char *to = buf_reserve(out, 2 * bytes + block * (3 * rows->columns + 3));
        for (size_t row = 0; row < block; row++) {
            to = put_row(rows, row, cells[0].style->delimiter, blank, to);
        }
        out->size = (size_t)(to - out->data);
    }
}

void rows_name(buf_t *out, const char *name, bool first, bool quoted, const cells_style_t *style)
{
    size_t size = strlen(name);
    bool quote =
        quoted || style->quote_all || strpbrk(name, "\"\n\r") || strchr(name, style->delimiter);
    cell_text_t cell = {name, (uint32_t)size, quote ? CELL_QUOTED : CELL_AS_IS};
    if (!first) {
        buf_add(out, &style->delimiter, 1);
    }
    char *to = buf_reserve(out, size * 2 + 2);
    out->size = (size_t)(put(to, &cell) - out->data);
}

void rows_release(rows_t *rows)
{
    free(rows->texts);
    free(rows->scratch);
    *rows = (rows_t){0};
}
