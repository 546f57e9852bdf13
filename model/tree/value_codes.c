// SPDX-License-Identifier: MPL-2.0
#include "model/tree/value_codes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { PLACES = 4 * LEVELS_MAX };

// A table of values by their bits, open addressing.
typedef struct {
    float values[PLACES];
    uint16_t codes[PLACES]; // 0: nothing is there
    uint16_t count;
} table_t;

// 0.0 and -0.0 are one value.
static float level_of(const matrix_t *matrix, size_t row, size_t column)
{
    return columns_value(matrix, row, column) + 0.0F;
}

// Where the value is, or would be.
static size_t find(const table_t *table, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    size_t place = (bits * 0x9E3779B1U) >> 22; // Knuth's multiplicative hashing, of 10 bits
    while (table->codes[place] != 0 && table->values[place] != value) {
        place = (place + 1) % PLACES;
    }
    return place;
}

static bool collect(table_t *table, const matrix_t *matrix, size_t column)
{
    for (size_t i = 0; i < matrix->rows; i++) {
        float value = level_of(matrix, i, column);
        size_t place = find(table, value);
        if (table->codes[place] != 0) {
            continue;
        }
        if (table->count == LEVELS_MAX) {
            return false;
        }
        table->values[place] = value;
        table->codes[place] = ++table->count;
    }
    return true;
}

static int compare(const void *a, const void *b)
{
    float x = *(const float *)a;
    float y = *(const float *)b;
    return (x > y) - (x < y);
}

// Sorts the values; the code of each is its place among them.
static float *sort(table_t *table)
{
    float *levels = mem_array(table->count, sizeof *levels);
    for (size_t i = 0; i < PLACES; i++) {
        if (table->codes[i] != 0) {
            levels[table->codes[i] - 1] = table->values[i];
        }
    }
    qsort(levels, table->count, sizeof *levels, compare);
    for (uint16_t code = 0; code < table->count; code++) {
        table->codes[find(table, levels[code])] = code + 1;
    }
    return levels;
}

bool value_codes_find(const matrix_t *matrix, size_t column, column_t *ret_column)
{
    table_t table = {.count = 0};
    if (!collect(&table, matrix, column)) {
        return false;
    }
    ret_column->levels = sort(&table);
    ret_column->levels_count = table.count;
    ret_column->codes = mem_array(matrix->rows, sizeof *ret_column->codes);
    for (size_t i = 0; i < matrix->rows; i++) {
        size_t place = find(&table, level_of(matrix, i, column));
        ret_column->codes[i] = (uint8_t)(table.codes[place] - 1);
    }
    return true;
}
