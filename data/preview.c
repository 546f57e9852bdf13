// SPDX-License-Identifier: MPL-2.0
#include "data/preview.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/run.h"
#include "data/transform.h"
#include "data/value/number.h"

typedef struct {
    const fit_t *fit;
    cell_t *cells;
    json_t *before_rows;
    json_t *after_rows;
    json_t *row_numbers;
    json_t *changed;
} pages_t;

static json_t *text_to_json(const char *text, size_t size)
{
    if (size <= PREVIEW_CELL_BYTES) {
        return json_stringn(text, size);
    }
    char *cut = text_format("%.*s\u2026", (int)text_utf8_prefix(text, PREVIEW_CELL_BYTES), text);
    json_t *json = json_string(cut);
    free(cut);
    return json;
}

static json_t *field_to_json(const reader_field_t *field)
{
    return field_missing(field->text, field->size) ? json_null()
                                                   : text_to_json(field->text, field->size);
}

static json_t *value_to_json(value_t value)
{
    char text[NUMBER_TEXT_SIZE];
    switch (value.kind) {
    case VALUE_NUMBER:
        return json_stringn(text, number_format(value.number, text));
    case VALUE_TEXT:
        return text_to_json(value.text, value.size);
    default:
        return json_null();
    }
}

// Whether a cell differs from the input's. A 0/1 column has none in the input, so all of it does.
static bool is_changed(const column_t *column, const cell_t *cell, const reader_field_t *field)
{
    if (cell->field) {
        return false;
    }
    bool missing = field_missing(field->text, field->size);
    if (column->leaf || (cell->value.kind == VALUE_MISSING) != missing) {
        return true;
    }
    char text[NUMBER_TEXT_SIZE];
    value_t value = cell->value;
    if (value.kind == VALUE_NUMBER) {
        value.size = number_format(value.number, text);
        value.text = text;
    }
    return !missing &&
           (value.size != field->size || memcmp(value.text, field->text, value.size) != 0);
}

static void add_before(pages_t *pages, const reader_row_t *row)
{
    json_t *cells = json_array();
    for (size_t i = 0; i < row->count; i++) {
        json_array_append_new(cells, field_to_json(&row->fields[i]));
    }
    json_array_append_new(pages->before_rows, cells);
}

static err_t add_after(pages_t *pages, const reader_row_t *row, fault_t *fault)
{
    const columns_t *columns = &pages->fit->columns;
    err_t err = transform_row(pages->fit, row, pages->cells, fault);
    if (err != ERR_OK) {
        return err;
    }
    json_t *cells = json_array();
    json_t *changed = json_array();
    for (size_t i = 0; i < columns->order_count; i++) {
        const column_t *column = &columns->items[columns->order[i]];
        const cell_t *cell = &pages->cells[i];
        json_array_append_new(cells, value_to_json(cell->value));
        if (is_changed(column, cell, &row->fields[column->track])) {
            json_array_append_new(changed, json_integer((json_int_t)i));
        }
    }
    json_array_append_new(pages->after_rows, cells);
    json_array_append_new(pages->changed, changed);
    json_array_append_new(pages->row_numbers, json_integer(row->number));
    return ERR_OK;
}

static err_t add_rows(pages_t *pages, reader_t *reader, fault_t *fault)
{
    const reader_row_t *row = NULL;
    for (int i = 0; i < PREVIEW_ROWS; i++) {
        err_t err = reader_next(reader, &row, fault);
        if (err != ERR_OK || !row) {
            return err;
        }
        add_before(pages, row);
        if (transform_keeps(pages->fit, row)) {
            err = add_after(pages, row, fault);
        }
        if (err != ERR_OK) {
            return err;
        }
    }
    return ERR_OK;
}

static json_t *table_columns(const table_t *table)
{
    json_t *list = json_array();
    for (size_t i = 0; i < table->count; i++) {
        const table_column_t *column = &table->columns[i];
        json_array_append_new(
            list, json_pack("{s:s, s:s}", "name", column->name, "type", type_name(column->type)));
    }
    return list;
}

static err_t make(const run_t *run, const char *path, json_t **ret_preview, fault_t *fault)
{
    reader_t *reader = NULL;
    err_t err = table_open(run->table, path, &reader, fault);
    if (err != ERR_OK) {
        return err;
    }
    pages_t pages = {.fit = run->fit,
                     .cells = mem_array(run->fit->columns.order_count, sizeof(cell_t)),
                     .before_rows = json_array(),
                     .after_rows = json_array(),
                     .row_numbers = json_array(),
                     .changed = json_array()};
    err = add_rows(&pages, reader, fault);
    json_t *preview = json_pack(
        "{s:I, s:I, s:{s:o, s:o}, s:{s:o, s:o, s:o, s:o}, s:o}", "total_rows",
        (json_int_t)run->fit->rows_in, "rows_after", (json_int_t)run->fit->rows_out, "before",
        "columns", table_columns(run->table), "rows", pages.before_rows, "after", "columns",
        run_columns(run, true), "row_numbers", pages.row_numbers, "rows", pages.after_rows,
        "changed", pages.changed, "steps", fit_steps(run->fit, FIT_LEVELS_SHOWN));
    free(pages.cells);
    reader_destroy(&reader);
    if (err != ERR_OK) {
        json_decref(preview);
        return err;
    }
    *ret_preview = preview;
    return ERR_OK;
}

err_t preview_make(const char *path, const json_t *description, const json_t *recipe,
                   const progress_t *progress, json_t **ret_preview, fault_t *fault)
{
    run_t *run = NULL;
    err_t err = run_begin(path, description, recipe, progress, &run, fault);
    if (err != ERR_OK) {
        return err;
    }
    err = make(run, path, ret_preview, fault);
    run_destroy(&run);
    return err;
}
