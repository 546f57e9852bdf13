// SPDX-License-Identifier: MPL-2.0
#include "data/engine/segment_cell.h"

#include "data/value/date.h"

// Whether a text reads as value `i`.
static bool reads_as(const cell_rules_t *rules, cell_text_t text, const vector_t *vector, size_t i)
{
    cell_t cell;
    cell_read(rules, (text_t){text.bytes, text.size}, &cell);
    if (cell.kind == CELL_TEXT || cell.kind == CELL_MISSING) {
        return false;
    }
    if (vector->numbers) {
        double number = cell.kind == CELL_INTEGER ? (double)cell.integer : cell.number;
        return number == vector->numbers[i];
    }
    bool day = vector->type == TYPE_DATETIME && cell.kind == CELL_DATE;
    return (day ? cell.integer * DAY_MS : cell.integer) == vector->integers[i];
}

// The text of a missing cell stays when the column can know that it means missing.
static void settle_missing(const cell_rules_t *rules, cell_text_t *text, levels_t *tokens)
{
    cell_t cell = {.kind = CELL_MISSING};
    bool words = type_in(rules->type, TYPES_WORDS);
    if (!words) {
        cell_read(rules, (text_t){text->bytes, text->size}, &cell);
    }
    bool taken = words || (cell.kind != CELL_TEXT && cell.kind != CELL_MISSING);
    bool known = text->size <= CELL_TOKEN_BYTES_MAX;
    if (taken && (!known || levels_add(tokens, text->bytes, text->size, 1) == LEVELS_FULL)) {
        *text = (cell_text_t){"", 0, CELL_AS_IS};
    }
}

void segment_cell_settle(const cells_t *cells, const vector_t *vector, size_t from, size_t count,
                         cell_text_t *texts, char *scratch, levels_t *tokens)
{
    if (!cells->texts) {
        return; // values' own texts
    }
    cell_rules_t rules = {.declared = true, .type = vector->type};
    for (size_t i = 0; i < count; i++) {
        size_t at = from + i;
        if (!vector_is_valid(vector, at)) {
            if (texts[i].size > 0) {
                settle_missing(&rules, &texts[i], tokens);
            }
        } else if (!vector->texts && !reads_as(&rules, texts[i], vector, at)) {
            text_t own = cells_value(vector, at, scratch + i * CELLS_VALUE_SIZE);
            texts[i] = (cell_text_t){own.bytes, own.size, CELL_AS_IS};
        }
    }
}
