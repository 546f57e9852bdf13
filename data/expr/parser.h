// SPDX-License-Identifier: MPL-2.0
// The state of one parse, and what syntax.c and operand.c build trees with. All return the faults
// of expr_parse.
#pragma once

#include "data/expr/node.h"

typedef struct {
    source_t source;
    token_t token; // the one to look at
    expr_t *expr;
    map_t names; // of columns: a column's number + 1
    size_t depth;
    size_t columns_capacity;
    fault_t *fault;
} parser_t;

typedef struct {
    node_t **items;
    size_t count;
    size_t capacity;
} nodes_t;

// Goes on to the next token.
err_t parser_advance(parser_t *parser);

// Whether the token is this keyword or symbol.
bool parser_at(const parser_t *parser, const char *word);

// Faults with what was found and what is expected.
err_t parser_expected(const parser_t *parser, const char *what, const char *remedy);

// Goes on behind this keyword or symbol (at most 8 bytes), which must be there.
err_t parser_take(parser_t *parser, const char *word, const char *remedy);

// Faults with a limit that is passed.
err_t parser_over_limit(const parser_t *parser, const char *what, int limit);

// Goes one level deeper; whoever calls it decrements parser->depth again.
err_t parser_enter(parser_t *parser);

// Adds to a list in the expression's arena.
void parser_append(parser_t *parser, nodes_t *nodes, node_t *node);

// A node at a token.
err_t parser_node(parser_t *parser, node_kind_t kind, const token_t *token, node_t **ret_node);

// A literal null.
err_t parser_null(parser_t *parser, const token_t *token, node_t **ret_node);

// A call of a function or operator of the table.
err_t parser_call(parser_t *parser, const char *name, const token_t *token, const nodes_t *items,
                  node_t **ret_node);
err_t parser_binary(parser_t *parser, const char *name, const token_t *token, node_t *left,
                    node_t *right, node_t **ret_node);
