// SPDX-License-Identifier: MPL-2.0
#include "data/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static err_t fail(fault_t *fault, const char *what)
{
    return fault_set(fault, ERR_INVALID, "inspect the file again",
                     "the dataset description is not valid: %s", what);
}

static err_t read_column(const json_t *json, table_t *table, fault_t *fault)
{
    table_column_t *column = &table->columns[table->count];
    const char *name = json_string_value(json_object_get(json, "name"));
    const char *type = json_string_value(json_object_get(json, "type"));
    if (!name || !type || !type_by_name(type, &column->type)) {
        return fail(fault, "a column needs a name and a type");
    }
    if (levels_add(table->names, name, strlen(name), 1) != (int64_t)table->count) {
        return fail(fault, "two columns have the same name");
    }
    column->name = mem_strdup(name);
    column->missing = json_integer_value(json_object_get(json, "missing"));
    column->distinct = json_integer_value(json_object_get(json, "distinct"));
    const json_t *min = json_object_get(json, "min");
    const json_t *max = json_object_get(json, "max");
    column->constant = json_is_number(min) && json_is_number(max) && json_equal(min, max);
    table->count++;
    return ERR_OK;
}

err_t table_from_json(const json_t *description, table_t **ret_table, fault_t *fault)
{
    const json_t *columns = json_object_get(description, "columns");
    const char *delimiter = json_string_value(json_object_get(description, "delimiter"));
    const json_t *rows = json_object_get(description, "rows");
    size_t count = json_array_size(columns);
    if (count == 0 || count > READER_COLUMNS_MAX) {
        return fail(fault, "columns must be an array of 1 to 10,000");
    }
    if (!delimiter || strlen(delimiter) != 1 || strchr("\"\r\n", *delimiter)) {
        return fail(fault, "delimiter must be one character");
    }
    if (!json_is_integer(rows) || json_integer_value(rows) < 0) {
        return fail(fault, "rows must be an integer");
    }
    table_t *table = mem_new(sizeof *table);
    table->rows = json_integer_value(rows);
    table->delimiter = *delimiter;
    table->columns = mem_array(count, sizeof *table->columns);
    table->names = levels_new(count, SIZE_MAX);
    err_t err = ERR_OK;
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        err = read_column(json_array_get(columns, i), table, fault);
    }
    if (err != ERR_OK) {
        table_destroy(&table);
        return err;
    }
    *ret_table = table;
    return ERR_OK;
}

int64_t table_find(const table_t *table, const char *name)
{
    return levels_find(table->names, name, strlen(name));
}

static bool header_fits(const table_t *table, const reader_row_t *header)
{
    bool same = header->count == table->count;
    for (size_t i = 0; same && i < table->count; i++) {
        same = strcmp(header->fields[i].text, table->columns[i].name) == 0;
    }
    return same;
}

err_t table_open(const table_t *table, const char *path, reader_t **ret_reader, fault_t *fault)
{
    reader_options_t options = {.delimiter = table->delimiter};
    reader_t *reader = NULL;
    err_t err = reader_open(path, &options, &reader, fault);
    if (err != ERR_OK) {
        return err;
    }
    if (!header_fits(table, reader_header(reader))) {
        reader_destroy(&reader);
        return fault_set(fault, ERR_CONFLICT, "inspect the file again",
                         "the file's columns are not those of its description");
    }
    *ret_reader = reader;
    return ERR_OK;
}

void table_destroy(table_t **table)
{
    if (!*table) {
        return;
    }
    for (size_t i = 0; i < (*table)->count; i++) {
        free((*table)->columns[i].name);
    }
    free((*table)->columns);
    levels_destroy(&(*table)->names);
    free(*table);
    *table = NULL;
}
