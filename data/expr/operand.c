// SPDX-License-Identifier: MPL-2.0
#include "data/expr/operand.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "data/expr/function.h"
#include "data/expr/syntax.h"

// Expressions from here to the closing parenthesis, which is taken too.
err_t operand_list(parser_t *parser, nodes_t *ret_items, bool values_are_free)
{
    nodes_t items = {0};
    while (true) {
        node_t *item;
        err_t err = syntax_parse_any(parser, &item);
        if (err) {
            return err;
        }
        parser->expr->nodes -= values_are_free && item->kind == NODE_LITERAL;
        parser_append(parser, &items, item);
        if (items.count > EXPR_LIST_MAX) {
            return parser_over_limit(parser, "values in a list", EXPR_LIST_MAX);
        }
        if (!parser_at(parser, ",")) {
            break;
        }
        if ((err = parser_advance(parser))) {
            return err;
        }
    }
    *ret_items = items;
    return parser_take(parser, ")", "separate values by commas and close the parenthesis");
}

static err_t unknown_function(const parser_t *parser, const token_t *name)
{
    const char *near = function_nearest(name->text.bytes, name->text.size);
    char remedy[FAULT_REMEDY_MAX] = "the functions are listed in docs/expressions.md";
    if (near) {
        buf_t buf = {0};
        buf_addf(&buf, "did you mean %s()?%c", near, '\0');
        text_copy(remedy, sizeof remedy, buf.data);
        buf_release(&buf);
    }
    return token_fault(&parser->source, name->at, parser->fault, ERR_STEP_PARAMETER, remedy,
                       "there is no function '%.*s'",
                       token_shown(name->text.bytes, name->text.size), name->text.bytes);
}

// "if(c, a)" is "if(c, a, null)".
static err_t complete_choice(parser_t *parser, const token_t *name, nodes_t *items)
{
    node_t *last;
    if (items->count < 2) {
        return token_fault(&parser->source, name->at, parser->fault, ERR_STEP_PARAMETER,
                           "write if(condition, value, value otherwise)",
                           "if() needs a condition and a value");
    }
    if (items->count % 2 != 0) {
        return ERR_OK;
    }
    err_t err = parser_null(parser, name, &last);
    if (err == ERR_OK) {
        parser_append(parser, items, last);
    }
    return err;
}

// A call; the parser is at the parenthesis behind the name.
static err_t parse_call(parser_t *parser, const token_t *name, node_t **ret_node)
{
    const function_t *function = function_find(name->text.bytes, name->text.size);
    if (!function || !function->group[0]) {
        return unknown_function(parser, name);
    }
    nodes_t items = {0};
    err_t err = parser_enter(parser);
    err = err ? err : parser_advance(parser);
    if (err == ERR_OK) {
        err = parser_at(parser, ")") ? parser_advance(parser) : operand_list(parser, &items, false);
    }
    parser->depth--;
    if (err == ERR_OK && strcmp(function->name, "if") == 0) {
        err = complete_choice(parser, name, &items);
    }
    return err ? err : parser_call(parser, function->name, name, &items, ret_node);
}

static err_t column_of(parser_t *parser, const token_t *name, node_t **ret_node)
{
    expr_t *expr = parser->expr;
    uintptr_t number = (uintptr_t)map_get(&parser->names, name->text.bytes, name->text.size);
    if (number == 0) {
        if (expr->columns_count == EXPR_COLUMNS_MAX) {
            return parser_over_limit(parser, "different columns", EXPR_COLUMNS_MAX);
        }
        if (expr->columns_count == parser->columns_capacity) {
            parser->columns_capacity = 2 * parser->columns_capacity + 4;
            expr->columns = mem_resize(expr->columns, parser->columns_capacity, sizeof(char *));
        }
        char *copy = text_dup(name->text.bytes, name->text.size);
        expr->columns[expr->columns_count++] = copy;
        number = expr->columns_count;
        map_add(&parser->names, copy, name->text.size, (void *)number);
    }
    err_t err = parser_node(parser, NODE_COLUMN, name, ret_node);
    if (err == ERR_OK) {
        (*ret_node)->column = (uint32_t)(number - 1);
    }
    return err;
}

static err_t literal_number(parser_t *parser, const token_t *token, node_t **ret_node)
{
    if (token->number_kind == NUMBER_NONE) {
        return token_fault(&parser->source, token->at, parser->fault, ERR_STEP_PARAMETER,
                           "write it as 9223372036854775808.0",
                           "the integer 9223372036854775808 is beyond 64 bits");
    }
    err_t err = parser_node(parser, NODE_LITERAL, token, ret_node);
    if (err == ERR_OK) {
        (*ret_node)->type = token->number_kind == NUMBER_INTEGER ? TYPE_INTEGER : TYPE_FLOAT;
        (*ret_node)->number = token->number.value;
        (*ret_node)->integer = token->number.integer;
    }
    return err;
}

// "case" is taken; what follows becomes if(c, a, ..., b).
static err_t parse_case(parser_t *parser, const token_t *name, node_t **ret_node)
{
    static const char REMEDY[] = "write case when condition then value else value end";
    nodes_t items = {0};
    node_t *item;
    err_t err = parser_at(parser, "when") ? ERR_OK : parser_expected(parser, "'when'", REMEDY);
    while (err == ERR_OK && parser_at(parser, "when")) {
        err = parser_advance(parser);
        for (int i = 0; i < 2 && err == ERR_OK; i++) {
            err = syntax_parse_any(parser, &item);
            if (err == ERR_OK) {
                parser_append(parser, &items, item);
                err = i == 0 ? parser_take(parser, "then", REMEDY) : ERR_OK;
            }
        }
        if (err == ERR_OK && items.count > EXPR_LIST_MAX) {
            err = parser_over_limit(parser, "values in a list", EXPR_LIST_MAX);
        }
    }
    if (err == ERR_OK && parser_at(parser, "else")) {
        err = parser_advance(parser);
        err = err ? err : syntax_parse_any(parser, &item);
    } else if (err == ERR_OK) {
        err = parser_null(parser, name, &item);
    }
    err = err ? err : parser_take(parser, "end", REMEDY);
    if (err) {
        return err;
    }
    parser_append(parser, &items, item);
    return parser_call(parser, "if", name, &items, ret_node);
}

static bool is_keyword(const token_t *token)
{
    static const char *const WORDS[] = {"and", "or",   "not",  "in",   "between",
                                        "is",  "when", "then", "else", "end"};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (token_is(token, WORDS[i])) {
            return true;
        }
    }
    return false;
}

// A bare word; the parser is behind it.
static err_t parse_word(parser_t *parser, const token_t *token, node_t **ret_node)
{
    if (parser_at(parser, "(")) {
        return parse_call(parser, token, ret_node);
    }
    if (token_is(token, "case")) {
        err_t err = parser_enter(parser);
        err = err ? err : parse_case(parser, token, ret_node);
        parser->depth--;
        return err;
    }
    if (token_is(token, "null") || token_is(token, "missing")) {
        return parser_null(parser, token, ret_node);
    }
    if (!token_is(token, "true") && !token_is(token, "false")) {
        return column_of(parser, token, ret_node);
    }
    err_t err = parser_node(parser, NODE_LITERAL, token, ret_node);
    if (err == ERR_OK) {
        (*ret_node)->type = TYPE_BOOLEAN;
        (*ret_node)->integer = token_is(token, "true");
    }
    return err;
}

static err_t parse_parentheses(parser_t *parser, node_t **ret_node)
{
    err_t err = parser_enter(parser);
    err = err ? err : parser_advance(parser);
    err = err ? err : syntax_parse_any(parser, ret_node);
    parser->depth--;
    return err ? err : parser_take(parser, ")", "close the parenthesis");
}

err_t operand_parse(parser_t *parser, node_t **ret_node)
{
    token_t token = parser->token;
    if (parser_at(parser, "(")) {
        return parse_parentheses(parser, ret_node);
    }
    if (token.kind == TOKEN_END || token.kind == TOKEN_SYMBOL || is_keyword(&token)) {
        return parser_expected(
            parser, "a value",
            "write a column's name, a number, a 'text' or a function(...); a name like "
            "`end` goes in backquotes");
    }
    err_t err = parser_advance(parser);
    if (err) {
        return err;
    }
    switch (token.kind) {
    case TOKEN_NUMBER:
        return literal_number(parser, &token, ret_node);
    case TOKEN_QUOTED:
        return column_of(parser, &token, ret_node);
    case TOKEN_NAME:
        return parse_word(parser, &token, ret_node);
    default:
        err = parser_node(parser, NODE_LITERAL, &token, ret_node);
        if (err == ERR_OK) {
            (*ret_node)->type = TYPE_TEXT;
            (*ret_node)->text = token.text;
        }
        return err;
    }
}
