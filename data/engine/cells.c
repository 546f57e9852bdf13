// SPDX-License-Identifier: MPL-2.0
#include "data/engine/cells.h"

#include <string.h>

#include "data/value/date.h"
#include "data/value/digits.h"
#include "data/value/number.h"

static bool needs_quotes(text_t text, char delimiter)
{
    for (uint32_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c == delimiter || c == '"' || c == '\n' || c == '\r') {
            return true;
        }
    }
    return false;
}

// The column of the table whose cells a node keeps, as far as they are not missing; FLOW_NONE when
// it keeps none. *ret_all tells whether it keeps the missing ones too.
static int64_t kept_column(const flow_t *flow, size_t index, bool *ret_all)
{
    *ret_all = true;
    for (;;) {
        const node_t *node = &flow->nodes[index];
        if (node->kind == NODE_SOURCE) {
            return (int64_t)node->from;
        }
        if (node->kind == NODE_SELECT) {
            index = node->from;
            continue;
        }
        const spot_t *spot = flow->spots[node->from];
        if (!spot->call.step->kind->keeps_cells) {
            return FLOW_NONE;
        }
        *ret_all = false;
        index = spot->inputs[0];
    }
}

static const cell_text_t *words_of(const vector_t *vector, const cells_style_t *style,
                                   arena_t *arena)
{
    cell_text_t *words = arena_array(arena, vector->words, sizeof *words);
    for (size_t i = 0; i < vector->words; i++) {
        text_t text = vector->texts[i];
        bool quote = style->quote_all || needs_quotes(text, style->delimiter);
        words[i] = (cell_text_t){text.bytes, text.size, quote ? CELL_QUOTED : CELL_AS_IS};
    }
    return words;
}

err_t cells_of(eval_t *eval, const flow_t *flow, size_t node, const cells_style_t *style,
               cells_t *ret_cells, fault_t *fault)
{
    cells_t cells = {.style = style};
    bool all;
    size_t count;
    int64_t column = kept_column(flow, node, &all);
    err_t err = eval_rows(eval, flow->stages_count - 1, &cells.rows, &count, fault);
    if (err != ERR_OK) {
        return err;
    }
    if (column != FLOW_NONE) {
        cells.texts = stripe_texts(eval_stripe(eval), (size_t)column);
        cells.quoted = stripe_quoted(eval_stripe(eval), (size_t)column);
    }
    if (column != FLOW_NONE && !all) {
        cells.kept = stripe_vector(eval_stripe(eval), (size_t)column)->valid;
    }
    if (column == FLOW_NONE || cells.kept) {
        const vector_t *vector;
        err = eval_node(eval, node, &vector, fault);
        if (err != ERR_OK) {
            return err;
        }
        cells.vector = *vector;
        if (cells.vector.codes) {
            cells.words = words_of(&cells.vector, style, eval_arena(eval));
        }
    }
    *ret_cells = cells;
    return ERR_OK;
}

text_t cells_value(const vector_t *vector, size_t i, char scratch[CELLS_VALUE_SIZE])
{
    if (!vector_is_valid(vector, i)) {
        return (text_t){"", 0};
    }
    switch (vector->type) {
    case TYPE_FLOAT:
        return (text_t){scratch, (uint32_t)number_format(vector->numbers[i], scratch)};
    case TYPE_INTEGER:
        return (text_t){scratch, (uint32_t)number_format_integer(vector->integers[i], scratch)};
    case TYPE_BOOLEAN:
        return vector->integers[i] ? (text_t){"true", 4} : (text_t){"false", 5};
    case TYPE_DATE:
        return (text_t){scratch, (uint32_t)date_format_iso(vector->integers[i], scratch)};
    case TYPE_DATETIME:
        return (text_t){scratch, (uint32_t)datetime_format_iso(vector->integers[i], scratch)};
    default:
        return vector_text(vector, i);
    }
}

static cell_text_t write_value(const cells_t *cells, size_t i, char *scratch)
{
    const vector_t *vector = &cells->vector;
    if (!vector_is_valid(vector, i)) {
        return (cell_text_t){"", 0, CELL_AS_IS};
    }
    if (cells->words) {
        return cells->words[vector->codes[i]];
    }
    text_t text = cells_value(vector, i, scratch);
    bool quote =
        cells->style->quote_all || (vector->texts && needs_quotes(text, cells->style->delimiter));
    return (cell_text_t){text.bytes, text.size, quote ? CELL_QUOTED : CELL_AS_IS};
}

static cell_text_t write_kept(const cells_t *cells, size_t row)
{
    text_t text = cells->texts[row];
    const cells_style_t *style = cells->style;
    bool quote = (cells->quoted && cells->quoted[row]) || (style->quote_all && text.size > 0) ||
                 (style->look && needs_quotes(text, style->delimiter));
    return (cell_text_t){text.bytes, text.size, quote ? CELL_QUOTED : CELL_AS_IS};
}

size_t cells_write(const cells_t *cells, size_t from, size_t count, cell_text_t *ret_texts,
                   char *scratch)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        size_t row = cells->rows ? cells->rows[from + i] : from + i;
        bool kept = cells->texts && (!cells->kept || cells->kept[row]);
        ret_texts[i] = kept ? write_kept(cells, row)
                            : write_value(cells, from + i, scratch + i * CELLS_VALUE_SIZE);
        bytes += ret_texts[i].size;
    }
    return bytes;
}
