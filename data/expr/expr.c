// SPDX-License-Identifier: MPL-2.0
#include "data/expr/expr.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/expr/bind.h"
#include "data/expr/function.h"
#include "data/expr/syntax.h"

// Only texts that can be told from end to end by characters go on to the parser.
static err_t check_text(const char *text, size_t size, fault_t *fault)
{
    if (size > EXPR_TEXT_MAX) {
        return fault_set(fault, ERR_TOO_LARGE, "split it into several steps",
                         "the expression has %zu bytes; at most %d are possible", size,
                         EXPR_TEXT_MAX);
    }
    size_t good = text_utf8_prefix(text, size);
    const char *nul = memchr(text, '\0', good);
    if (good < size || nul) {
        return fault_set(fault, ERR_STEP_PARAMETER, "write the expression in UTF-8",
                         "byte %zu of the expression is no character of UTF-8 text",
                         (nul ? (size_t)(nul - text) : good) + 1);
    }
    return ERR_OK;
}

err_t expr_parse(const char *text, size_t size, expr_t **ret_expr, fault_t *fault)
{
    err_t err = size > 0 ? check_text(text, size, fault) : ERR_OK;
    if (err) {
        return err;
    }
    expr_t *expr = mem_new(sizeof *expr);
    expr->text = text_dup(text, size);
    expr->size = size;
    err = syntax_parse(expr, fault);
    if (err) {
        expr_destroy(&expr);
        return err;
    }
    *ret_expr = expr;
    return ERR_OK;
}

size_t expr_columns_count(const expr_t *expr)
{
    return expr->columns_count;
}

const char *expr_column(const expr_t *expr, size_t index)
{
    return expr->columns[index];
}

err_t expr_bind(expr_t *expr, const type_t *types, fault_t *fault)
{
    return bind_tree(expr, types, fault);
}

type_t expr_type(const expr_t *expr)
{
    return expr->bound->type;
}

size_t expr_true_rows(const vector_t *vector, uint32_t *ret_rows)
{
    size_t count = 0;
    for (size_t i = 0; i < vector->count; i++) {
        ret_rows[count] = (uint32_t)i;
        count += vector_is_valid(vector, i) && vector->integers[i];
    }
    return count;
}

void expr_stats_add(expr_stats_t *stats, const expr_stats_t *more)
{
    for (int i = 0; i < EXPR_LOSS_COUNT; i++) {
        bool first = more->cells[i] > 0 &&
                     (stats->cells[i] == 0 || more->first_row[i] < stats->first_row[i]);
        stats->first_row[i] = first ? more->first_row[i] : stats->first_row[i];
        stats->cells[i] += more->cells[i];
    }
}

void expr_stats_text(const expr_stats_t *stats, char text[EXPR_STATS_TEXT_SIZE])
{
    static const char *const WHY[EXPR_LOSS_COUNT] = {
        "a division by zero",
        "an overflow",
        "a result that is no finite number",
        "a text that does not fit",
    };
    size_t at = 0;
    text[0] = '\0';
    for (int i = 0; i < EXPR_LOSS_COUNT && at < EXPR_STATS_TEXT_SIZE; i++) {
        int64_t cells = stats->cells[i];
        if (cells > 0) {
            at += (size_t)snprintf(text + at, EXPR_STATS_TEXT_SIZE - at,
                                   "%srow %" PRId64 ": %s (%" PRId64 " cell%s missing)",
                                   at > 0 ? "; " : "", stats->first_row[i], WHY[i], cells,
                                   cells == 1 ? "" : "s");
        }
    }
}

void expr_destroy(expr_t **expr)
{
    if (!*expr) {
        return;
    }
    bind_release(*expr);
    arena_release(&(*expr)->memory);
    arena_release(&(*expr)->syntax);
    for (size_t i = 0; i < (*expr)->columns_count; i++) {
        free((*expr)->columns[i]);
    }
    free((*expr)->columns);
    free((*expr)->text);
    free(*expr);
    *expr = NULL;
}
