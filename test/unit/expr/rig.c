// SPDX-License-Identifier: MPL-2.0
#include "test/unit/expr/rig.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/value/date.h"
#include "data/value/levels.h"
#include "data/value/number.h"

static bool is_missing(const rig_column_t *column, const char *cell)
{
    return strcmp(cell, "<null>") == 0 || (!type_in(column->type, TYPES_WORDS) && !cell[0]);
}

static void put_integer(type_t type, const char *cell, int64_t *to)
{
    size_t size = strlen(cell);
    if (type == TYPE_INTEGER) {
        *to = strtoll(cell, NULL, 10);
    } else if (type == TYPE_BOOLEAN) {
        *to = strcmp(cell, "true") == 0;
    } else if (type == TYPE_DATE) {
        assert_true(date_parse_iso(cell, size, to));
    } else {
        assert_true(datetime_parse_iso(cell, size, to));
    }
}

static void code(vector_t *vector, const text_t *texts, arena_t *arena)
{
    levels_t *levels = levels_new(SIZE_MAX, SIZE_MAX);
    uint32_t *codes = arena_array(arena, vector->count, sizeof *codes);
    text_t *words = arena_array(arena, vector->count + 1, sizeof *words);
    for (size_t i = 0; i < vector->count; i++) {
        bool has = vector_is_valid(vector, i);
        codes[i] = has ? (uint32_t)levels_add(levels, texts[i].bytes, texts[i].size, 1) : 0;
        if (has) {
            words[codes[i]] = texts[i];
        }
    }
    vector->words = levels_count(levels);
    if (vector->words == 0) {
        words[0] = (text_t){.bytes = "", .size = 0};
        vector->words = 1;
    }
    vector->codes = codes;
    vector->texts = words;
    levels_destroy(&levels);
}

vector_t rig_vector(const rig_column_t *column, size_t rows, arena_t *arena)
{
    uint8_t *valid = arena_alloc(arena, rows);
    double *numbers = arena_array(arena, rows, sizeof *numbers);
    int64_t *integers = arena_array(arena, rows, sizeof *integers);
    text_t *texts = arena_array(arena, rows, sizeof *texts);
    // What stands in a missing cell may be anything.
    memset(integers, 0x7F, rows * sizeof *integers);
    memset(numbers, 0xFF, rows * sizeof *numbers);
    memset(texts, 0xFF, rows * sizeof *texts);
    for (size_t i = 0; i < rows; i++) {
        const char *cell = column->cells[i];
        valid[i] = !is_missing(column, cell);
        if (!valid[i]) {
            continue;
        }
        texts[i] = (text_t){.bytes = cell, .size = (uint32_t)strlen(cell)};
        if (column->type == TYPE_FLOAT) {
            numbers[i] = strtod(cell, NULL);
        } else if (!type_in(column->type, TYPES_WORDS)) {
            put_integer(column->type, cell, &integers[i]);
        }
    }
    vector_t vector = {.type = column->type, .count = rows, .valid = valid};
    if (column->type == TYPE_FLOAT) {
        vector.numbers = numbers;
    } else if (!type_in(column->type, TYPES_WORDS)) {
        vector.integers = integers;
    } else if (column->coded) {
        code(&vector, texts, arena);
    } else {
        vector.texts = texts;
    }
    return vector;
}

static const rig_column_t *find(const rig_column_t *columns, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(columns[i].name, name) == 0) {
            return &columns[i];
        }
    }
    fail_msg("no column '%s'", name);
    return NULL;
}

err_t rig_eval(rig_t *rig, const char *text, const rig_column_t *columns, size_t columns_count,
               size_t rows)
{
    *rig = (rig_t){0};
    err_t err = expr_parse(text, strlen(text), &rig->expr, &rig->fault);
    if (err) {
        return err;
    }
    size_t count = expr_columns_count(rig->expr);
    type_t *types = mem_array(count, sizeof *types);
    vector_t *inputs = mem_array(count, sizeof *inputs);
    for (size_t i = 0; i < count; i++) {
        const rig_column_t *column = find(columns, columns_count, expr_column(rig->expr, i));
        types[i] = column->type;
        inputs[i] = rig_vector(column, rows, &rig->arena);
    }
    err = expr_bind(rig->expr, types, &rig->fault);
    err = err ? err
              : expr_eval(rig->expr, inputs, rows, &rig->arena, &rig->vector, &rig->stats,
                          &rig->fault);
    free(types);
    free(inputs);
    if (err == ERR_OK) {
        assert_int_equal(rig->vector.count, rows);
        assert_int_equal(rig->vector.type, expr_type(rig->expr));
    }
    return err;
}

const char *rig_cell(const rig_t *rig, size_t row)
{
    static char text[1 << 16];
    const vector_t *vector = &rig->vector;
    if (!vector_is_valid(vector, row)) {
        return "<null>";
    }
    switch (vector->type) {
    case TYPE_FLOAT:
        number_format(vector->numbers[row], text);
        break;
    case TYPE_INTEGER:
        snprintf(text, sizeof text, "%" PRId64, vector->integers[row]);
        break;
    case TYPE_BOOLEAN:
        assert_true(vector->integers[row] == 0 || vector->integers[row] == 1);
        return vector->integers[row] ? "true" : "false";
    case TYPE_DATE:
        date_format_iso(vector->integers[row], text);
        break;
    case TYPE_DATETIME:
        datetime_format_iso(vector->integers[row], text);
        break;
    default: {
        text_t cell = vector_text(vector, row);
        assert_true(cell.size < sizeof text);
        memcpy(text, cell.size > 0 ? cell.bytes : "", cell.size);
        text[cell.size] = '\0';
    }
    }
    return text;
}

void rig_release(rig_t *rig)
{
    expr_destroy(&rig->expr);
    arena_release(&rig->arena);
}

void rig_gives(const char *text, const char *wanted)
{
    rig_t rig;
    err_t err = rig_eval(&rig, text, NULL, 0, 1);
    if (err) {
        fail_msg("%s: %s", text, rig.fault.detail);
    }
    if (strcmp(rig_cell(&rig, 0), wanted) != 0) {
        fail_msg("%s gives %s, not %s", text, rig_cell(&rig, 0), wanted);
    }
    rig_release(&rig);
}

void rig_fails(const char *text, const rig_column_t *columns, size_t columns_count, err_t code,
               const char *detail)
{
    rig_t rig;
    err_t err = rig_eval(&rig, text, columns, columns_count, 1);
    if (err != code || !strstr(rig.fault.detail, detail) || rig.fault.remedy[0] == '\0') {
        fail_msg("%.60s: %s: %s (%s)", text, err_name(err), rig.fault.detail, rig.fault.remedy);
    }
    rig_release(&rig);
}
