// SPDX-License-Identifier: MPL-2.0
#include "data/columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/nearest.h"
#include "data/csv/reader.h"

// Adds a column behind the others, without a place in the order.
static size_t append(columns_t *columns, const char *name, column_t column)
{
    if (columns->count == columns->capacity) {
        columns->capacity = columns->capacity ? columns->capacity * 2 : 16;
        columns->items = mem_resize(columns->items, columns->capacity, sizeof *columns->items);
        columns->latest = mem_resize(columns->latest, columns->capacity, sizeof *columns->latest);
    }
    column.name = mem_strdup(name);
    column.live = true;
    columns->items[columns->count] = column;
    columns->latest[levels_add(columns->names, name, strlen(name), 1)] = columns->count;
    return columns->count++;
}

// Puts columns first, first + 1, ... in place of the `gone` ones at `place` of the order.
static void splice(columns_t *columns, size_t place, size_t gone, size_t first, size_t count)
{
    size_t behind = columns->order_count - place - gone;
    columns->order_count += count - gone;
    if (columns->order_count > columns->order_capacity) {
        columns->order_capacity = columns->order_count * 2;
        columns->order =
            mem_resize(columns->order, columns->order_capacity, sizeof *columns->order);
    }
    size_t *at = columns->order + place;
    memmove(at + count, at + gone, behind * sizeof *at);
    for (size_t i = 0; i < count; i++) {
        at[i] = first + i;
    }
}

static size_t place_of(const columns_t *columns, size_t i)
{
    size_t place = 0;
    while (columns->order[place] != i) {
        place++;
    }
    return place;
}

columns_t columns_new(const table_t *table)
{
    columns_t columns = {.names = levels_new(SIZE_MAX, SIZE_MAX)};
    columns.order = mem_array(table->count, sizeof *columns.order);
    columns.order_capacity = table->count;
    for (size_t i = 0; i < table->count; i++) {
        const table_column_t *from = &table->columns[i];
        append(&columns, from->name, (column_t){.type = from->type, .track = i});
    }
    splice(&columns, 0, 0, 0, table->count);
    return columns;
}

static int64_t latest(const columns_t *columns, const char *name)
{
    int64_t index = levels_find(columns->names, name, strlen(name));
    return index == LEVELS_UNKNOWN ? COLUMNS_NONE : (int64_t)columns->latest[index];
}

int64_t columns_find(const columns_t *columns, const char *name)
{
    int64_t i = latest(columns, name);
    return i != COLUMNS_NONE && columns->items[i].live ? i : COLUMNS_NONE;
}

err_t columns_unknown(const columns_t *columns, const char *name, fault_t *fault)
{
    int64_t i = latest(columns, name);
    if (i != COLUMNS_NONE) {
        const column_t *column = &columns->items[i];
        const char *remedy = column->expanded ? "use the 0/1 columns that took its place"
                                              : "move the step before the drop";
        fault_set(fault, ERR_COLUMN_UNKNOWN, remedy, "column '%s' is gone since step %d", name,
                  column->ended_by);
    } else {
        const char *near = nearest_name(columns, name);
        char remedy[FAULT_REMEDY_MAX];
        snprintf(remedy, sizeof remedy,
                 near ? "did you mean '%.100s'?" : "name a column of the table", near);
        fault_set(fault, ERR_COLUMN_UNKNOWN, remedy, "there is no column '%s'", name);
    }
    fault_at(fault, 0, 0, name);
    return ERR_COLUMN_UNKNOWN;
}

bool columns_may_be_leaf(const column_t *column, const char *name)
{
    size_t size = strlen(column->name);
    return column->expanded && strncmp(name, column->name, size) == 0 && name[size] == '_';
}

void columns_advance(column_t *column, const step_t *step)
{
    column->touched = true;
    switch (step->kind) {
    case STEP_CONSTANT:
        if (column->type == TYPE_INTEGER && step->value.number != trunc(step->value.number)) {
            column->type = TYPE_FLOAT;
        }
        column->filled = true;
        break;
    case STEP_MODE:
        column->filled = true;
        break;
    case STEP_MEAN:
    case STEP_MEDIAN:
        column->type = TYPE_FLOAT;
        column->filled = true;
        break;
    case STEP_LABEL:
        column->type = TYPE_INTEGER;
        column->coded = true;
        break;
    default:
        column->type = TYPE_FLOAT;
        break;
    }
}

static void end(column_t *column, int32_t step, bool expanded)
{
    column->live = false;
    column->expanded = expanded;
    column->ended_by = step;
}

void columns_end(columns_t *columns, size_t i, int32_t step)
{
    end(&columns->items[i], step, false);
    splice(columns, place_of(columns, i), 1, 0, 0);
}

static err_t check_leaves(const columns_t *columns, const char *from, char *const *names,
                          size_t count, fault_t *fault)
{
    if (columns->order_count - 1 + count > READER_COLUMNS_MAX) {
        fault_set(fault, ERR_LEVELS, "drop columns or use label",
                  "one_hot of column '%s' would make more than %d columns", from,
                  (int)READER_COLUMNS_MAX);
        fault_at(fault, 0, 0, from);
        return ERR_LEVELS;
    }
    for (size_t i = 0; i < count; i++) {
        if (columns_find(columns, names[i]) != COLUMNS_NONE) {
            fault_set(fault, ERR_COLUMN_COLLISION, "drop that column, or use label",
                      "one_hot of column '%s' would make a second column '%s'", from, names[i]);
            fault_at(fault, 0, 0, from);
            return ERR_COLUMN_COLLISION;
        }
    }
    return ERR_OK;
}

err_t columns_expand(columns_t *columns, size_t i, int32_t step, char *const *names, size_t count,
                     fault_t *fault)
{
    err_t err = check_leaves(columns, columns->items[i].name, names, count, fault);
    if (err != ERR_OK) {
        return err;
    }
    end(&columns->items[i], step, true);
    size_t first = columns->count;
    for (size_t level = 0; level < count; level++) {
        append(columns, names[level],
               (column_t){.type = TYPE_INTEGER,
                          .track = columns->items[i].track,
                          .leaf = true,
                          .level = level,
                          .one = 1,
                          .coded = true,
                          .filled = true,
                          .touched = true});
    }
    splice(columns, place_of(columns, i), 1, first, count);
    return ERR_OK;
}

err_t columns_none_left(fault_t *fault)
{
    return fault_set(fault, ERR_STEP_PARAMETER, "keep at least one column",
                     "the recipe drops every column");
}

void columns_release(columns_t *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        free(columns->items[i].name);
    }
    free(columns->items);
    free(columns->order);
    free(columns->latest);
    levels_destroy(&columns->names);
    *columns = (columns_t){0};
}
