// SPDX-License-Identifier: MPL-2.0
#include "learn/cells.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "data/frame/cell.h"
#include "data/value/number.h"

// A column in the making.
typedef struct {
    const char *name;
    type_t type;
    uint8_t *valid;
    double *numbers;
    int64_t *integers;
    text_t *texts;
    arena_t *arena;
} column_t;

static column_t column_new(const frame_t *frame, size_t index, size_t rows, arena_t *arena)
{
    column_t column = {.name = frame_name(frame, index),
                       .type = frame_type(frame, index),
                       .valid = arena_array(arena, rows, 1),
                       .numbers = arena_array(arena, rows, sizeof(double)),
                       .integers = arena_array(arena, rows, sizeof(int64_t)),
                       .texts = arena_array(arena, rows, sizeof(text_t)),
                       .arena = arena};
    memset(column.valid, 0, rows);
    memset(column.numbers, 0, rows * sizeof(double));
    memset(column.integers, 0, rows * sizeof(int64_t));
    memset(column.texts, 0, rows * sizeof(text_t));
    return column;
}

static vector_t column_vector(const column_t *column, size_t rows)
{
    bool words = type_in(column->type, TYPES_WORDS);
    bool real = column->type == TYPE_FLOAT;
    return (vector_t){.type = column->type,
                      .count = rows,
                      .valid = column->valid,
                      .numbers = real ? column->numbers : NULL,
                      .integers = words || real ? NULL : column->integers,
                      .texts = words ? column->texts : NULL};
}

static err_t refuse(const column_t *column, size_t row, const json_t *cell, fault_t *fault)
{
    char *text = json_dumps(cell, JSON_ENCODE_ANY | JSON_COMPACT);
    fault_set(fault, ERR_COLUMN_TYPE, "send what such a column holds, or null for a missing value",
              "row %zu: %.100s is no value for column '%.100s', which is %s", row + 1,
              text ? text : "the cell", column->name, type_name(column->type));
    fault_at(fault, 0, 0, column->name);
    free(text);
    return ERR_COLUMN_TYPE;
}

static text_t keep_text(const column_t *column, const char *bytes, size_t size)
{
    char *copy = arena_alloc(column->arena, size + 1);
    memcpy(copy, bytes, size);
    copy[size] = '\0';
    return (text_t){copy, (uint32_t)size};
}

// --- One cell ----------------------------------------------------------------------------------

static bool put_text(column_t *column, size_t row, text_t text)
{
    cell_rules_t rules = {.tokens = tokens_default(), .declared = true, .type = column->type};
    cell_t cell;
    cell_read(&rules, text, &cell);
    tokens_release(&rules.tokens);
    if (cell.kind == CELL_MISSING) {
        return true;
    }
    bool words = type_in(column->type, TYPES_WORDS);
    if (cell.kind == CELL_TEXT && !words) {
        return false;
    }
    column->valid[row] = 1;
    column->numbers[row] = cell.number;
    column->integers[row] = cell.integer;
    column->texts[row] = words ? keep_text(column, text.bytes, text.size) : (text_t){0};
    return true;
}

static bool put_number(column_t *column, size_t row, const json_t *cell)
{
    double number = json_number_value(cell);
    bool whole = json_is_integer(cell) || (number == trunc(number) && fabs(number) < 0x1p63);
    int64_t integer = json_is_integer(cell) ? json_integer_value(cell)
                      : whole               ? (int64_t)number
                                            : 0;
    char text[NUMBER_TEXT_SIZE];
    column->valid[row] = 1;
    switch (column->type) {
    case TYPE_FLOAT:
        column->numbers[row] = number;
        return true;
    case TYPE_INTEGER:
        column->integers[row] = integer;
        return whole;
    case TYPE_BOOLEAN:
        column->integers[row] = integer;
        return whole && (integer == 0 || integer == 1);
    case TYPE_CATEGORY:
    case TYPE_TEXT:
        column->texts[row] = keep_text(column, text,
                                       json_is_integer(cell) ? number_format_integer(integer, text)
                                                             : number_format(number, text));
        return true;
    default:
        return false;
    }
}

static bool put_truth(column_t *column, size_t row, bool truth)
{
    column->valid[row] = 1;
    column->integers[row] = truth;
    if (type_in(column->type, TYPES_WORDS)) {
        const char *text = truth ? "true" : "false";
        column->texts[row] = keep_text(column, text, strlen(text));
        return true;
    }
    return column->type == TYPE_BOOLEAN;
}

static err_t put(column_t *column, size_t row, const json_t *cell, fault_t *fault)
{
    text_t text = {json_string_value(cell), 0};
    bool good = true;
    if (json_string_length(cell) > CELLS_TEXT_MAX) {
        return fault_set(fault, ERR_TOO_LARGE, "send a shorter text",
                         "row %zu: the text for column '%.100s' has more than %d bytes", row + 1,
                         column->name, CELLS_TEXT_MAX);
    }
    switch (json_typeof(cell)) {
    case JSON_NULL:
        break;
    case JSON_STRING:
        text.size = (uint32_t)json_string_length(cell);
        good = put_text(column, row, text);
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        good = put_number(column, row, cell);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        good = put_truth(column, row, json_is_true(cell));
        break;
    default:
        good = false;
    }
    return good ? ERR_OK : refuse(column, row, cell, fault);
}

// --- Rows --------------------------------------------------------------------------------------

static err_t check_rows(const frame_t *frame, const json_t *rows, fault_t *fault)
{
    size_t count = json_array_size(rows);
    if (count == 0 || count > CELLS_ROWS_MAX) {
        return fault_set(fault, ERR_INVALID, "send a list of objects {column: value}",
                         "'rows' is not a list of 1 to %d rows", CELLS_ROWS_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        if (!json_is_object(row) && json_array_size(row) != frame_columns(frame)) {
            return fault_set(fault, ERR_INVALID,
                             "send an object {column: value}, or a value for each column in order",
                             "row %zu is no object and no list of %zu values", i + 1,
                             frame_columns(frame));
        }
    }
    return ERR_OK;
}

static err_t read_column(size_t index, const json_t *rows, column_t *column, fault_t *fault)
{
    size_t i;
    json_t *row;
    err_t err = ERR_OK;
    json_array_foreach((json_t *)rows, i, row)
    {
        const json_t *cell =
            json_is_object(row) ? json_object_get(row, column->name) : json_array_get(row, index);
        if (!cell) {
            fault_set(fault, ERR_COLUMN_UNKNOWN, "send null where a value is missing",
                      "row %zu has no '%.200s'", i + 1, column->name);
            fault_at(fault, 0, 0, column->name);
            return ERR_COLUMN_UNKNOWN;
        }
        err = put(column, i, cell, fault);
        if (err != ERR_OK) {
            break;
        }
    }
    return err;
}

err_t cells_read(const frame_t *frame, const json_t *rows, cells_t *ret_cells, fault_t *fault)
{
    arena_reset(&ret_cells->arena);
    ret_cells->rows = json_array_size(rows);
    ret_cells->vectors =
        arena_array(&ret_cells->arena, frame_columns(frame), sizeof *ret_cells->vectors);
    err_t err = check_rows(frame, rows, fault);
    for (size_t i = 0; i < frame_columns(frame) && err == ERR_OK; i++) {
        column_t column = column_new(frame, i, ret_cells->rows, &ret_cells->arena);
        err = read_column(i, rows, &column, fault);
        ret_cells->vectors[i] = column_vector(&column, ret_cells->rows);
    }
    return err;
}

void cells_release(cells_t *cells)
{
    arena_release(&cells->arena);
    *cells = (cells_t){0};
}
