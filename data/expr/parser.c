// SPDX-License-Identifier: MPL-2.0
#include "data/expr/parser.h"

#include <stdio.h>
#include <string.h>

#include "data/expr/function.h"

err_t parser_advance(parser_t *parser)
{
    size_t end = parser->token.at + parser->token.size;
    return token_read(&parser->source, end, &parser->token, parser->fault);
}

bool parser_at(const parser_t *parser, const char *word)
{
    return token_is(&parser->token, word);
}

err_t parser_expected(const parser_t *parser, const char *what, const char *remedy)
{
    const token_t *token = &parser->token;
    const char *found = parser->source.text + token->at;
    if (token->kind == TOKEN_END) {
        return token_fault(&parser->source, token->at, parser->fault, ERR_STEP_PARAMETER, remedy,
                           "the expression ends where %s is expected", what);
    }
    return token_fault(&parser->source, token->at, parser->fault, ERR_STEP_PARAMETER, remedy,
                       "found '%.*s' where %s is expected", token_shown(found, token->size), found,
                       what);
}

err_t parser_take(parser_t *parser, const char *word, const char *remedy)
{
    char what[16];
    if (parser_at(parser, word)) {
        return parser_advance(parser);
    }
    snprintf(what, sizeof what, "'%s'", word);
    return parser_expected(parser, what, remedy);
}

err_t parser_over_limit(const parser_t *parser, const char *what, int limit)
{
    return token_fault(&parser->source, parser->token.at, parser->fault, ERR_TOO_LARGE,
                       "split it into several steps", "more than %d %s", limit, what);
}

void parser_append(parser_t *parser, nodes_t *nodes, node_t *node)
{
    if (nodes->count == nodes->capacity) {
        size_t capacity = nodes->capacity > 0 ? 2 * nodes->capacity : 4;
        node_t **items = arena_array(&parser->expr->syntax, capacity, sizeof(node_t *));
        if (nodes->count > 0) {
            memcpy(items, nodes->items, nodes->count * sizeof(node_t *));
        }
        nodes->items = items;
        nodes->capacity = capacity;
    }
    nodes->items[nodes->count++] = node;
}

err_t parser_node(parser_t *parser, node_kind_t kind, const token_t *token, node_t **ret_node)
{
    if (++parser->expr->nodes > EXPR_NODES_MAX) {
        parser_over_limit(parser, "values, columns and operators", EXPR_NODES_MAX);
        return ERR_TOO_LARGE;
    }
    node_t *node = arena_alloc(&parser->expr->syntax, sizeof *node);
    *node = (node_t){.kind = kind,
                     .type = TYPE_NULL,
                     .at = (uint32_t)token->at,
                     .name_size = (uint32_t)token->size,
                     .height = 1};
    *ret_node = node;
    return ERR_OK;
}

// A call of a function that exists, by the name in the table.
err_t parser_call(parser_t *parser, const char *name, const token_t *token, const nodes_t *items,
                  node_t **ret_node)
{
    node_t *node;
    err_t err = parser_node(parser, NODE_CALL, token, &node);
    if (err) {
        return err;
    }
    node->function = function_find(name, strlen(name));
    node->items = items->items;
    node->count = (uint32_t)items->count;
    for (size_t i = 0; i < items->count; i++) {
        if (items->items[i]->height >= node->height) {
            node->height = items->items[i]->height + 1;
        }
    }
    if (node->height > EXPR_CHAIN_MAX) {
        return parser_over_limit(parser, "operators on each other's results", EXPR_CHAIN_MAX);
    }
    *ret_node = node;
    return ERR_OK;
}

err_t parser_binary(parser_t *parser, const char *name, const token_t *token, node_t *left,
                    node_t *right, node_t **ret_node)
{
    nodes_t items = {0};
    parser_append(parser, &items, left);
    parser_append(parser, &items, right);
    return parser_call(parser, name, token, &items, ret_node);
}

err_t parser_null(parser_t *parser, const token_t *token, node_t **ret_node)
{
    err_t err = parser_node(parser, NODE_LITERAL, token, ret_node);
    if (err == ERR_OK) {
        (*ret_node)->missing = true;
    }
    return err;
}

err_t parser_enter(parser_t *parser)
{
    if (++parser->depth > EXPR_DEPTH_MAX) {
        return parser_over_limit(parser, "parentheses, calls and signs inside each other",
                                 EXPR_DEPTH_MAX);
    }
    return ERR_OK;
}
