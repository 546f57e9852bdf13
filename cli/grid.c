// SPDX-License-Identifier: MPL-2.0
#include "cli/grid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

enum { CELL_WIDTH_MAX = 24, VALUE_WIDTH_MAX = 64, COLUMNS_MAX = 64 };

// How many characters the text takes on a terminal, for scripts of one column a character.
static int width_of(const char *text)
{
    int width = 0;
    for (; *text; text++) {
        width += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return width;
}

// A cell on one line: control characters become spaces, and what is too long ends in "..".
static char *cell_text(const char *from, int most)
{
    char *text = text_dup(from, strlen(from));
    for (char *at = text; *at; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7F) {
            *at = ' ';
        }
    }
    if (width_of(text) > most) {
        int width = 0;
        char *at = text;
        while (width < most - 2 || ((unsigned char)*at & 0xC0) == 0x80) {
            width += ((unsigned char)*at & 0xC0) != 0x80;
            at++;
        }
        char *cut = text_format("%.*s..", (int)(at - text), text);
        free(text);
        text = cut;
    }
    return text;
}

static char *value_text(const json_t *value, int most)
{
    switch (value ? json_typeof(value) : JSON_NULL) {
    case JSON_STRING:
        return cell_text(json_string_value(value), most);
    case JSON_INTEGER:
        return text_format("%lld", (long long)json_integer_value(value));
    case JSON_REAL:
        return text_format("%.4g", json_real_value(value));
    case JSON_TRUE:
        return mem_strdup("yes");
    case JSON_FALSE:
        return mem_strdup("no");
    default:
        return mem_strdup("-");
    }
}

typedef struct {
    size_t columns;
    size_t rows; // the titles included
    char **cells;
} grid_t;

static grid_t grid_new(size_t columns, size_t rows)
{
    columns = columns < COLUMNS_MAX ? columns : COLUMNS_MAX;
    return (grid_t){columns, rows, mem_array(columns * rows, sizeof(char *))};
}

static void grid_print(grid_t *grid)
{
    for (size_t r = 0; r < grid->rows; r++) {
        for (size_t c = 0; c < grid->columns; c++) {
            int widest = 0;
            for (size_t k = 0; k < grid->rows; k++) {
                int width = width_of(grid->cells[k * grid->columns + c]);
                widest = width > widest ? width : widest;
            }
            const char *cell = grid->cells[r * grid->columns + c];
            printf("%s%s%*s", c ? "  " : "", cell,
                   c + 1 < grid->columns ? widest - width_of(cell) : 0, "");
        }
        printf("\n");
    }
    for (size_t i = 0; i < grid->rows * grid->columns; i++) {
        free(grid->cells[i]);
    }
    free(grid->cells);
}

static size_t split(char *text, char *words[COLUMNS_MAX])
{
    size_t count = 0;
    char *rest;
    for (char *word = strtok_r(text, " ", &rest); word && count < COLUMNS_MAX;
         word = strtok_r(NULL, " ", &rest)) {
        words[count++] = word;
    }
    return count;
}

void grid_print_objects(const json_t *objects, const char *keys, const char *titles)
{
    char *key_text = mem_strdup(keys);
    char *title_text = mem_strdup(titles);
    char *key[COLUMNS_MAX] = {0};
    char *title[COLUMNS_MAX] = {0};
    size_t columns = split(key_text, key);
    split(title_text, title);
    grid_t grid = grid_new(columns, json_array_size(objects) + 1);
    for (size_t c = 0; c < columns; c++) {
        grid.cells[c] = mem_strdup(title[c]);
        for (size_t r = 1; r < grid.rows; r++) {
            grid.cells[r * columns + c] = value_text(
                json_object_get(json_array_get(objects, r - 1), key[c]), VALUE_WIDTH_MAX);
        }
    }
    grid_print(&grid);
    free(key_text);
    free(title_text);
}

static bool is_marked(const json_t *marks, size_t column)
{
    for (size_t i = 0; i < json_array_size(marks); i++) {
        if (json_integer_value(json_array_get(marks, i)) == (json_int_t)column) {
            return true;
        }
    }
    return false;
}

void grid_print_cells(const json_t *columns, const json_t *rows, const json_t *mark)
{
    grid_t grid = grid_new(json_array_size(columns), json_array_size(rows) + 1);
    for (size_t c = 0; c < grid.columns; c++) {
        grid.cells[c] =
            value_text(json_object_get(json_array_get(columns, c), "name"), CELL_WIDTH_MAX);
        for (size_t r = 1; r < grid.rows; r++) {
            char *text = value_text(json_array_get(json_array_get(rows, r - 1), c), CELL_WIDTH_MAX);
            bool marked = is_marked(json_array_get(mark, r - 1), c);
            grid.cells[r * grid.columns + c] = marked ? text_format("%s*", text) : mem_strdup(text);
            free(text);
        }
    }
    grid_print(&grid);
}
