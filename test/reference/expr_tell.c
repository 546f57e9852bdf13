// SPDX-License-Identifier: MPL-2.0
// Evaluates expressions for expr_test.py: a line of JSON in, {"text", "columns": [{"name", "type",
// "coded", "cells": [text or null]}], "rows"}, a line out, {"type", "cells", "lost"} or {"fault"}.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/expr/expr.h"
#include "test/unit/expr/rig.h"

enum { COLUMNS_MAX = 32 };

static rig_column_t column_of(const json_t *json, size_t rows)
{
    const char **cells = mem_array(rows, sizeof *cells);
    for (size_t i = 0; i < rows; i++) {
        const char *cell = json_string_value(json_array_get(json_object_get(json, "cells"), i));
        cells[i] = cell ? cell : "<null>";
    }
    rig_column_t column = {
        .name = json_string_value(json_object_get(json, "name")),
        .cells = cells,
        .coded = json_is_true(json_object_get(json, "coded")),
    };
    if (!type_by_name(json_string_value(json_object_get(json, "type")), &column.type)) {
        abort();
    }
    return column;
}

static json_t *answer(const rig_t *rig, err_t err, size_t rows)
{
    if (err) {
        return json_pack("{s:s, s:s}", "fault", rig->fault.detail, "code", err_name(err));
    }
    json_t *cells = json_array();
    json_t *lost = json_array();
    for (size_t i = 0; i < rows; i++) {
        bool has = vector_is_valid(&rig->vector, i);
        json_array_append_new(cells, has ? json_string(rig_cell(rig, i)) : json_null());
    }
    for (int i = 0; i < EXPR_LOSS_COUNT; i++) {
        json_array_append_new(lost, json_integer(rig->stats.cells[i]));
    }
    return json_pack("{s:s, s:o, s:o}", "type", type_name(expr_type(rig->expr)), "cells", cells,
                     "lost", lost);
}

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        json_t *json = json_loads(line, 0, NULL);
        const json_t *list = json_object_get(json, "columns");
        size_t rows = (size_t)json_integer_value(json_object_get(json, "rows"));
        rig_column_t columns[COLUMNS_MAX];
        size_t count = json_array_size(list) < COLUMNS_MAX ? json_array_size(list) : COLUMNS_MAX;
        for (size_t i = 0; i < count; i++) {
            columns[i] = column_of(json_array_get(list, i), rows);
        }
        rig_t rig;
        const char *text = json_string_value(json_object_get(json, "text"));
        err_t err = rig_eval(&rig, text, columns, count, rows);
        json_t *made = answer(&rig, err, rows);
        json_dumpf(made, stdout, JSON_COMPACT);
        putchar('\n');
        fflush(stdout);
        rig_release(&rig);
        for (size_t i = 0; i < count; i++) {
            free((void *)columns[i].cells);
        }
        json_decref(made);
        json_decref(json);
    }
    free(line);
    return 0;
}
