// SPDX-License-Identifier: MPL-2.0
#include "data/transform.h"

#include <stdint.h>

err_t transform_read(const table_t *table, const reader_row_t *row, size_t track,
                     value_t *ret_value, fault_t *fault)
{
    const table_column_t *column = &table->columns[track];
    const reader_field_t *field = &row->fields[track];
    if (value_read(column->type, field, ret_value)) {
        return ERR_OK;
    }
    int shown = field->size < 40 ? (int)field->size : 40;
    fault_set(fault, ERR_CONFLICT, "inspect the file again",
              "line %lld: '%.*s' is not a number, but column '%s' is described as %s",
              (long long)row->line, shown, field->text, column->name, type_name(column->type));
    fault_at(fault, row->line, 0, column->name);
    return ERR_CONFLICT;
}

bool transform_passes(const filter_t *filter, const reader_row_t *row)
{
    for (size_t i = 0; i < filter->count; i++) {
        const reader_field_t *field = &row->fields[filter->tracks[i]];
        if (field_missing(field->text, field->size)) {
            return false;
        }
    }
    return true;
}

bool transform_keeps(const fit_t *fit, const reader_row_t *row)
{
    for (size_t i = 0; i < fit->plan.filters_count; i++) {
        if (!transform_passes(&fit->plan.filters[i], row)) {
            return false;
        }
    }
    return true;
}

err_t transform_track(const fit_t *fit, const reader_row_t *row, size_t track, value_t *ret_value,
                      fault_t *fault)
{
    value_t value;
    err_t err = transform_read(fit->table, row, track, &value, fault);
    if (err == ERR_OK) {
        const track_t *steps = &fit->tracks[track];
        *ret_value = op_apply_all(steps->ops, steps->count, value);
    }
    return err;
}

value_t transform_leaf(const column_t *leaf, value_t code)
{
    double x = code.number == (double)leaf->level ? leaf->one : leaf->zero;
    return (value_t){.kind = VALUE_NUMBER, .number = x};
}

// A column that only had its missing values filled keeps the others: texts as they are quoted, and
// integers without a detour through a double.
static bool keeps_field(const fit_t *fit, const column_t *column, const reader_field_t *field)
{
    if (!column->touched) {
        return true;
    }
    bool number = column->coded || fit->table->columns[column->track].type == TYPE_FLOAT;
    if (number || field_missing(field->text, field->size)) {
        return false;
    }
    const track_t *track = &fit->tracks[column->track];
    for (size_t i = 0; i < track->count; i++) {
        if (track->ops[i]->kind >= STEP_MIN_MAX) {
            return false;
        }
    }
    return true;
}

static value_t text_value(const reader_field_t *field)
{
    if (field_missing(field->text, field->size)) {
        return (value_t){.kind = VALUE_MISSING};
    }
    return (value_t){.kind = VALUE_TEXT, .text = field->text, .size = field->size};
}

err_t transform_row(const fit_t *fit, const reader_row_t *row, cell_t *ret_cells, fault_t *fault)
{
    size_t ready = SIZE_MAX; // the track whose code is in `code`: its leaves stand together
    value_t code = {.kind = VALUE_MISSING};
    for (size_t i = 0; i < fit->columns.order_count; i++) {
        const column_t *column = &fit->columns.items[fit->columns.order[i]];
        const reader_field_t *field = &row->fields[column->track];
        if (keeps_field(fit, column, field)) {
            ret_cells[i] = (cell_t){.value = text_value(field), .field = field};
            continue;
        }
        if (ready != column->track) {
            err_t err = transform_track(fit, row, column->track, &code, fault);
            if (err != ERR_OK) {
                return err;
            }
            ready = column->track;
        }
        ret_cells[i] = (cell_t){.value = column->leaf ? transform_leaf(column, code) : code};
    }
    return ERR_OK;
}
