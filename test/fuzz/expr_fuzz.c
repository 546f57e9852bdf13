// SPDX-License-Identifier: MPL-2.0
// Expressions over arbitrary bytes: the first byte tells the columns' types, the rest is the text.
// What parses and binds gives the same whether a text is coded or not, whole or in pieces.
#include <stdlib.h>
#include <string.h>

#include "data/expr/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum {
    ROWS = 6,
    COLUMNS_MAX = 8,
    TEXT_MAX = 2000, // longer ones are slow and find nothing new
};

static const double NUMBERS[ROWS] = {0, -1.5, 1e308, 2, 1e-300, 7};
static const int64_t INTEGERS[ROWS] = {0, 1, INT64_MIN, INT64_MAX, -7, 19000};
static const int64_t BOOLEANS[ROWS] = {0, 1, 1, 0, 1, 0};
static const int64_t DAYS[ROWS] = {0, 1, -719528, 2932896, -7, 19000};
static const int64_t INSTANTS[ROWS] = {0, 1, -62167219200000, 253402300799999, -7, 1640995200000};
static const text_t TEXTS[ROWS] = {
    {"", 0}, {"a", 1}, {"\xC3\xA9T\xC3\xA9", 5}, {"2020-02-29", 10}, {"-12.5", 5}, {"a,b", 3}};
static const uint32_t FEW_CODES[ROWS] = {0, 1, 2, 2, 1, 0};
static const uint8_t VALID[ROWS] = {1, 1, 1, 1, 0, 1};

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static vector_t column(type_t type)
{
    vector_t vector = {.type = type, .count = ROWS, .valid = VALID};
    switch (type) {
    case TYPE_FLOAT:
        vector.numbers = NUMBERS;
        break;
    case TYPE_INTEGER:
        vector.integers = INTEGERS;
        break;
    case TYPE_BOOLEAN:
        vector.integers = BOOLEANS;
        break;
    case TYPE_DATE:
        vector.integers = DAYS;
        break;
    case TYPE_DATETIME:
        vector.integers = INSTANTS;
        break;
    default:
        vector.texts = TEXTS;
        vector.codes = FEW_CODES;
        vector.words = 3;
    }
    return vector;
}

static void check_cells(const vector_t *vector, type_t type)
{
    require(vector->type == type && vector->count == ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        if (!vector_is_valid(vector, i)) {
            continue;
        }
        if (type == TYPE_FLOAT) {
            require(vector->numbers[i] - vector->numbers[i] == 0);
        } else if (type == TYPE_BOOLEAN) {
            require(vector->integers[i] == 0 || vector->integers[i] == 1);
        } else if (type == TYPE_TEXT) {
            text_t text = vector_text(vector, i);
            require(text.size <= EXPR_CELL_MAX && (text.size == 0 || text.bytes));
        }
    }
}

// The texts of FEW_CODES, not coded.
static vector_t plain(vector_t few, text_t texts[ROWS])
{
    for (size_t i = 0; i < ROWS; i++) {
        texts[i] = few.texts[few.codes[i]];
    }
    few.texts = texts;
    few.codes = NULL;
    return few;
}

static bool same_cell(const vector_t *a, const vector_t *b, size_t i)
{
    if (!vector_is_valid(a, i) || !vector_is_valid(b, i)) {
        return vector_is_valid(a, i) == vector_is_valid(b, i);
    }
    if (a->numbers) {
        return a->numbers[i] == b->numbers[i];
    }
    if (a->integers) {
        return a->integers[i] == b->integers[i];
    }
    text_t x = vector_text(a, i);
    text_t y = vector_text(b, i);
    return x.size == y.size && (x.size == 0 || memcmp(x.bytes, y.bytes, x.size) == 0);
}

static void evaluate(const expr_t *expr, const type_t *types)
{
    size_t count = expr_columns_count(expr);
    vector_t coded[COLUMNS_MAX];
    vector_t loose[COLUMNS_MAX];
    text_t texts[ROWS];
    for (size_t i = 0; i < count; i++) {
        coded[i] = column(types[i]);
        loose[i] = coded[i].codes ? plain(coded[i], texts) : coded[i];
    }
    arena_t arena = {0};
    vector_t made[2] = {{0}, {0}};
    expr_stats_t stats[2] = {{0}, {0}};
    fault_t fault = {0};
    err_t err = expr_eval(expr, coded, ROWS, &arena, &made[0], &stats[0], &fault);
    err_t again = expr_eval(expr, loose, ROWS, &arena, &made[1], &stats[1], NULL);
    require(err == ERR_OK || (fault.detail[0] && fault.remedy[0]));
    if (err == ERR_OK && again == ERR_OK) {
        check_cells(&made[0], expr_type(expr));
        for (size_t i = 0; i < ROWS; i++) {
            require(same_cell(&made[0], &made[1], i));
        }
        require(memcmp(&stats[0], &stats[1], sizeof stats[0]) == 0);
    }
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 1 || size > TEXT_MAX) {
        return 0;
    }
    expr_t *expr = NULL;
    fault_t fault = {0};
    err_t err = expr_parse((const char *)bytes + 1, size - 1, &expr, &fault);
    require((err == ERR_OK) == (expr != NULL));
    require(err == ERR_OK || (fault.detail[0] && fault.remedy[0] && fault.code == err));
    if (err == ERR_OK && expr_columns_count(expr) <= COLUMNS_MAX) {
        type_t types[COLUMNS_MAX];
        for (size_t i = 0; i < expr_columns_count(expr); i++) {
            types[i] = (type_t)((bytes[0] + i) % TYPE_COUNT);
        }
        err = expr_bind(expr, types, &fault);
        require(err == ERR_OK || (fault.detail[0] && fault.remedy[0]));
        if (err == ERR_OK) {
            evaluate(expr, types);
        }
    }
    expr_destroy(&expr);
    return 0;
}
