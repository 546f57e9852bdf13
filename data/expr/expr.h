// SPDX-License-Identifier: MPL-2.0
// Expressions over columns, as people write them for new columns and filters: "price * 1.19",
// "if(age >= 18, 'adult', 'minor')". The language is told in docs/expressions.md.
//
// An expression is parsed once, bound to its columns' types once, and then evaluated over vectors.
// Missing cells follow SQL: what is computed with one is missing, "and" and "or" are Kleene's.
// A cell whose value cannot be told (a division by zero, an overflow, a text that is no number) is
// missing and counted.
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "data/value/type.h"
#include "data/value/vector.h"

enum {
    EXPR_TEXT_MAX = 64 << 10,   // bytes of an expression
    EXPR_DEPTH_MAX = 100,       // parentheses, calls and signs inside each other
    EXPR_CHAIN_MAX = 1000,      // operators on each other's results, as in a + b + c
    EXPR_NODES_MAX = 10000,     // columns, operators, calls, and values but for those of "in"
    EXPR_COLUMNS_MAX = 1000,    // different columns
    EXPR_LIST_MAX = 10000,      // values of one "in (...)" or arguments of one call
    EXPR_CELL_MAX = 1 << 20,    // bytes of one text that is made
    EXPR_BYTES_MAX = 256 << 20, // bytes of all texts that one evaluation makes
    EXPR_ROWS_MAX = 1 << 20,    // rows of one evaluation
    EXPR_STATS_TEXT_SIZE = 256, // of expr_stats_text
};

// Why a cell is missing though its arguments are not.
typedef enum {
    EXPR_LOSS_DIVISION,   // a division by zero
    EXPR_LOSS_OVERFLOW,   // an integer beyond 64 bits, a date beyond the years 0000 to 9999
    EXPR_LOSS_RANGE,      // no finite number: sqrt(-1), exp(1000)
    EXPR_LOSS_CONVERSION, // a text that is no number, date or boolean
    EXPR_LOSS_COUNT,
} expr_loss_t;

// What evaluations lost: cells of results that are missing in a row in which something was lost on
// the way. All zeros is the start; `rows` counts on from call to call, so that the
// rows are numbered through. Who evaluates in pieces sets it to the number of rows before the
// piece.
typedef struct {
    int64_t rows;
    int64_t cells[EXPR_LOSS_COUNT];
    int64_t first_row[EXPR_LOSS_COUNT]; // counted from 1; 0: none
} expr_stats_t;

typedef struct expr expr_t;

// Parses an expression. ERR_TOO_LARGE: a limit above is passed; ERR_STEP_PARAMETER: it is not
// well-formed or names an unknown function. The fault tells the character (counted from 1), what
// was found, what was expected and a remedy.
err_t expr_parse(const char *text, size_t size, expr_t **ret_expr, fault_t *fault);

// The names of the columns it uses, each once, in order of appearance; they live as long as it.
size_t expr_columns_count(const expr_t *expr);
const char *expr_column(const expr_t *expr, size_t index);

// Binds to the types of those columns; it may be bound again to others. Not thread-safe; afterwards
// threads may evaluate it together. ERR_COLUMN_TYPE: types do not fit; ERR_STEP_PARAMETER: a
// pattern, a date format or another constant is not valid.
err_t expr_bind(expr_t *expr, const type_t *types, fault_t *fault);

// The type of the result once bound: never TYPE_CATEGORY, texts are TYPE_TEXT.
type_t expr_type(const expr_t *expr);

// Evaluates over `inputs`, one vector of `rows` cells for each expr_column, of the types bound to
// (a category may come as text and the other way round). The result's arrays are in the arena or
// are those of an input or of the expression, which must outlive it. `stats` may be NULL.
// ERR_TOO_LARGE: more rows than EXPR_ROWS_MAX, a text beyond EXPR_CELL_MAX or all texts beyond
// EXPR_BYTES_MAX; ERR_UNSUPPORTED: a pattern needs too much backtracking.
err_t expr_eval(const expr_t *expr, const vector_t *inputs, size_t rows, arena_t *arena,
                vector_t *ret_vector, expr_stats_t *stats, fault_t *fault);

// The rows in which a boolean vector is true; missing is not. `ret_rows` has room for all of them.
// Returns how many there are.
size_t expr_true_rows(const vector_t *vector, uint32_t *ret_rows);

// Adds the losses of one piece to those of a whole; the earlier first row stays.
void expr_stats_add(expr_stats_t *stats, const expr_stats_t *more);

// The losses in words, "" when there are none: "row 17: a division by zero (3 cells missing)".
void expr_stats_text(const expr_stats_t *stats, char text[EXPR_STATS_TEXT_SIZE]);

void expr_destroy(expr_t **expr);

// What the language has, for people: {"functions": [{"name", "group", "usage", "result",
// "description", "example", "gives"}], "operators": [the same], "limits": {...}}.
json_t *expr_catalogue(void);
