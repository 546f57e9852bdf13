// SPDX-License-Identifier: MPL-2.0
#include "data/expr/eval.h"

#include <string.h>

#include "data/expr/function.h"

enum { PIECE_ROWS = 4096 }; // intermediate arrays of this many cells stay in the cache

static void eval_literal(const node_t *node, vector_t *ret)
{
    static const uint8_t MISSING[1] = {0};
    *ret = (vector_t){.type = node->type, .count = 1, .valid = node->missing ? MISSING : NULL};
    if (node->type == TYPE_FLOAT) {
        ret->numbers = &node->number;
    } else if (type_in(node->type, TYPES_WORDS)) {
        ret->texts = &node->text;
    } else {
        ret->integers = &node->integer;
    }
}

// The code of each row; a missing row gets that of the cell behind the words.
static const uint32_t *codes_of(const scope_t *scope, const vector_t *column, uint32_t missing)
{
    if (!column->valid) {
        return column->codes;
    }
    uint32_t *codes = arena_array(scope->arena, column->count, sizeof *codes);
    for (size_t i = 0; i < column->count; i++) {
        codes[i] = column->valid[i] ? column->codes[i] : missing;
    }
    return codes;
}

static const uint8_t *valid_of(const scope_t *scope, const vector_t *words, const uint32_t *codes,
                               size_t count)
{
    if (!words->valid) {
        return NULL;
    }
    uint8_t *valid = arena_alloc(scope->arena, count);
    for (size_t i = 0; i < count; i++) {
        valid[i] = words->valid[codes[i]];
    }
    return valid;
}

static void eval_by_word(scope_t *scope, const node_t *node, vector_t *ret)
{
    const by_word_t *by_word = &scope->run->by_word[node->index];
    const vector_t *result = &by_word->result;
    const vector_t *column = scope_column(scope, (size_t)node->only);
    const uint32_t *codes = codes_of(scope, column, (uint32_t)result->count - 1);
    if (result->texts) {
        *ret = (vector_t){.type = TYPE_TEXT,
                          .count = column->count,
                          .valid = valid_of(scope, result, codes, column->count),
                          .texts = result->texts,
                          .codes = codes,
                          .words = result->count};
    } else {
        *ret = vector_gather(result, codes, column->count, scope->arena);
    }
    for (size_t i = 0; by_word->lost && i < column->count; i++) {
        if (by_word->lost[codes[i]]) {
            scope_lose(scope, i, by_word->lost[codes[i]]);
        }
    }
}

static err_t eval_call(scope_t *scope, const node_t *node, vector_t *ret)
{
    if (node->function->lazy) {
        return node->function->lazy(scope, node, ret);
    }
    vector_t *args = arena_array(scope->arena, node->count, sizeof *args);
    for (size_t i = 0; i < node->count; i++) {
        err_t err = evaluate(scope, node->items[i], &args[i]);
        if (err) {
            return err;
        }
    }
    return call_node(scope, node, args, ret);
}

// Once for all rows; a loss is one in each of them.
static err_t eval_once(scope_t *scope, const node_t *node, vector_t *ret)
{
    scope_t constant = scope_of_constant(scope->run, scope->arena);
    err_t err = eval_call(&constant, node, ret);
    for (size_t i = 0; constant.any_lost && i < scope->count; i++) {
        scope_lose(scope, i, constant.lost[0]);
    }
    return err;
}

err_t evaluate(scope_t *scope, const node_t *node, vector_t *ret)
{
    if (node->kind == NODE_LITERAL) {
        eval_literal(node, ret);
        return ERR_OK;
    }
    if (node->kind == NODE_COLUMN) {
        *ret = *scope_column(scope, node->column);
        return ERR_OK;
    }
    bool words = scope_base(scope)->words;
    if (!words && scope->run->by_word[node->index].made) {
        eval_by_word(scope, node, ret);
        return ERR_OK;
    }
    if (node->only == NODE_CONSTANT && scope->columns) {
        return eval_once(scope, node, ret);
    }
    return eval_call(scope, node, ret);
}

err_t eval_some(scope_t *scope, const node_t *node, const uint32_t *rows, size_t count,
                eval_some_t *ret)
{
    bool all = count == scope->count || !node->costly || node->only == NODE_CONSTANT;
    // A constant that loses must do so in these rows only.
    if (node->only == NODE_CONSTANT && node->may_lose && count != scope->count) {
        all = false;
    }
    ret->all = all;
    if (all) {
        return evaluate(scope, node, &ret->cells);
    }
    scope_t some = scope_of_some(scope, rows, count);
    return evaluate(&some, node, &ret->cells);
}

err_t eval_constant(const expr_t *expr, const node_t *node, arena_t *arena, vector_t *ret,
                    fault_t *fault)
{
    run_t run = {.expr = expr, .results = arena, .fault = fault};
    scope_t scope = scope_of_constant(&run, arena);
    return evaluate(&scope, node, ret);
}

// Evaluates the largest parts that depend on one coded column alone once for each of its words.
static err_t make_by_word(run_t *run, const node_t *node, size_t rows)
{
    if (node->kind != NODE_CALL || node->only == NODE_CONSTANT) {
        return ERR_OK;
    }
    err_t err = ERR_OK;
    const vector_t *column = node->only >= 0 ? &run->inputs[node->only] : NULL;
    if (!column || !column->codes || column->words >= rows) {
        for (size_t i = 0; i < node->count && err == ERR_OK; i++) {
            err = make_by_word(run, node->items[i], rows);
        }
        return err;
    }
    size_t count = column->words + 1;
    text_t *texts = arena_array(run->results, count, sizeof *texts);
    uint8_t *valid = arena_alloc(run->results, count);
    memcpy(texts, column->texts, column->words * sizeof *texts);
    texts[column->words] = (text_t){.bytes = "", .size = 0};
    memset(valid, 1, column->words);
    valid[column->words] = 0;
    vector_t words = {.type = TYPE_TEXT, .count = count, .valid = valid, .texts = texts};
    scope_t scope = scope_of_words(run, (size_t)node->only, &words);
    by_word_t *by_word = &run->by_word[node->index];
    err = evaluate(&scope, node, &by_word->result);
    by_word->made = err == ERR_OK;
    by_word->lost = scope.any_lost ? scope.lost : NULL;
    return err;
}

// Result arrays for all rows, to be filled piece by piece.
typedef struct {
    uint8_t *valid;
    double *numbers;
    int64_t *integers;
    text_t *texts;
    bool any_missing;
} filling_t;

static filling_t filling_new(type_t type, size_t rows, arena_t *arena)
{
    filling_t filling = {.valid = arena_alloc(arena, rows)};
    if (type == TYPE_FLOAT) {
        filling.numbers = arena_array(arena, rows, sizeof *filling.numbers);
    } else if (type == TYPE_TEXT) {
        filling.texts = arena_array(arena, rows, sizeof *filling.texts);
    } else {
        filling.integers = arena_array(arena, rows, sizeof *filling.integers);
    }
    return filling;
}

static void fill(filling_t *filling, size_t first, const vector_t *piece)
{
    size_t count = piece->count;
    if (piece->valid) {
        memcpy(filling->valid + first, piece->valid, count);
        filling->any_missing = filling->any_missing || memchr(piece->valid, 0, count) != NULL;
    } else {
        memset(filling->valid + first, 1, count);
    }
    if (filling->numbers && piece->numbers) {
        memcpy(filling->numbers + first, piece->numbers, count * sizeof *piece->numbers);
    } else if (filling->integers && piece->integers) {
        memcpy(filling->integers + first, piece->integers, count * sizeof *piece->integers);
    } else if (filling->texts) {
        for (size_t i = 0; i < count; i++) {
            filling->texts[first + i] = vector_text(piece, i);
        }
    }
}

static err_t eval_pieces(run_t *run, const node_t *node, size_t rows, vector_t *ret)
{
    filling_t filling = filling_new(node->type, rows, run->results);
    arena_t scratch = {0};
    err_t err = ERR_OK;
    for (size_t first = 0; first < rows && err == ERR_OK; first += PIECE_ROWS) {
        size_t count = rows - first < PIECE_ROWS ? rows - first : PIECE_ROWS;
        scope_t scope = scope_of_rows(run, first, count, &scratch);
        vector_t piece;
        err = evaluate(&scope, node, &piece);
        if (err == ERR_OK) {
            fill(&filling, first, &piece);
            scope_tally(&scope, &piece);
        }
        arena_reset(&scratch);
    }
    arena_release(&scratch);
    *ret = (vector_t){
        .type = node->type,
        .count = rows,
        .valid = filling.any_missing ? filling.valid : NULL,
        .numbers = filling.numbers,
        .integers = filling.integers,
        .texts = filling.texts,
    };
    return err;
}

// One cell becomes `rows` of them.
static void spread(vector_t *vector, size_t rows, arena_t *arena)
{
    uint32_t *zeros = arena_array(arena, rows, sizeof *zeros);
    memset(zeros, 0, rows * sizeof *zeros);
    if (vector->texts) {
        vector->codes = zeros;
        vector->words = 1;
    }
    *vector = vector_gather(vector, zeros, rows, arena);
}

static err_t eval_all(run_t *run, const node_t *node, size_t rows, vector_t *ret)
{
    run->by_word = arena_array(run->results, run->expr->bound_nodes, sizeof *run->by_word);
    memset(run->by_word, 0, run->expr->bound_nodes * sizeof *run->by_word);
    err_t err = make_by_word(run, node, rows);
    if (err) {
        return err;
    }
    bool constant = node->only == NODE_CONSTANT;
    if (!constant && node->kind == NODE_CALL && !run->by_word[node->index].made) {
        return eval_pieces(run, node, rows, ret);
    }
    scope_t scope = scope_of_rows(run, 0, rows, run->results);
    err = evaluate(&scope, node, ret);
    if (err) {
        return err;
    }
    scope_tally(&scope, ret);
    if (constant) {
        spread(ret, rows, run->results);
    }
    return ERR_OK;
}

err_t expr_eval(const expr_t *expr, const vector_t *inputs, size_t rows, arena_t *arena,
                vector_t *ret_vector, expr_stats_t *stats, fault_t *fault)
{
    if (rows > EXPR_ROWS_MAX) {
        return fault_set(fault, ERR_TOO_LARGE, "evaluate fewer rows at a time",
                         "%zu rows are more than %d", rows, EXPR_ROWS_MAX);
    }
    run_t run = {.expr = expr, .inputs = inputs, .results = arena, .fault = fault};
    run.stats.rows = stats ? stats->rows : 0;
    vector_t made;
    err_t err = eval_all(&run, expr->bound, rows, &made);
    if (err) {
        return err;
    }
    if (stats) {
        expr_stats_add(stats, &run.stats);
        stats->rows += (int64_t)rows;
    }
    *ret_vector = made;
    return ERR_OK;
}
