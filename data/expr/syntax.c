// SPDX-License-Identifier: MPL-2.0
#include "data/expr/syntax.h"

#include <string.h>

#include "data/expr/function.h"
#include "data/expr/operand.h"

// How tightly an operator binds its operands.
typedef enum {
    RANK_NONE,
    RANK_OR,
    RANK_AND,
    RANK_NOT,
    RANK_COMPARE,
    RANK_SUM,
    RANK_PRODUCT,
    RANK_SIGN,
    RANK_POWER,
} rank_t;

typedef struct {
    const char *word;
    rank_t rank;
    const char *name; // in the table; NULL: it has a form of its own
} operator_t;

static const operator_t OPERATORS[] = {
    {"or", RANK_OR, "or"},      {"and", RANK_AND, "and"},    {"=", RANK_COMPARE, "="},
    {"==", RANK_COMPARE, "="},  {"<>", RANK_COMPARE, "<>"},  {"!=", RANK_COMPARE, "<>"},
    {"<", RANK_COMPARE, "<"},   {"<=", RANK_COMPARE, "<="},  {">", RANK_COMPARE, ">"},
    {">=", RANK_COMPARE, ">="}, {"in", RANK_COMPARE, NULL},  {"between", RANK_COMPARE, NULL},
    {"is", RANK_COMPARE, NULL}, {"not", RANK_COMPARE, NULL}, {"+", RANK_SUM, "+"},
    {"-", RANK_SUM, "-"},       {"||", RANK_SUM, "||"},      {"*", RANK_PRODUCT, "*"},
    {"/", RANK_PRODUCT, "/"},   {"//", RANK_PRODUCT, "//"},  {"%", RANK_PRODUCT, "%"},
    {"^", RANK_POWER, "^"},
};

static err_t parse_rank(parser_t *parser, rank_t rank, node_t **ret_node);

static const operator_t *operator_at(const parser_t *parser)
{
    for (size_t i = 0; i < sizeof OPERATORS / sizeof *OPERATORS; i++) {
        if (parser_at(parser, OPERATORS[i].word)) {
            return &OPERATORS[i];
        }
    }
    return NULL;
}

static err_t negate(parser_t *parser, const token_t *token, node_t **node)
{
    nodes_t items = {0};
    parser_append(parser, &items, *node);
    return parser_call(parser, "not", token, &items, node);
}

// "in" is taken: "(a, b, c)".
static err_t parse_in(parser_t *parser, const token_t *token, node_t **node)
{
    static const char REMEDY[] = "write x in (a, b, c)";
    nodes_t items = {0};
    nodes_t values = {0};
    parser_append(parser, &items, *node);
    err_t err = parser_enter(parser);
    err = err ? err : parser_take(parser, "(", REMEDY);
    err = err ? err : operand_list(parser, &values, true);
    parser->depth--;
    for (size_t i = 0; i < values.count; i++) {
        parser_append(parser, &items, values.items[i]);
    }
    return err ? err : parser_call(parser, "in", token, &items, node);
}

// "between" is taken: "a and b".
static err_t parse_between(parser_t *parser, const token_t *token, node_t **node)
{
    nodes_t items = {0};
    node_t *low;
    node_t *high;
    err_t err = parse_rank(parser, RANK_SUM, &low);
    err = err ? err : parser_take(parser, "and", "write x between low and high");
    err = err ? err : parse_rank(parser, RANK_SUM, &high);
    if (err) {
        return err;
    }
    parser_append(parser, &items, *node);
    parser_append(parser, &items, low);
    parser_append(parser, &items, high);
    return parser_call(parser, "between", token, &items, node);
}

// "is" is taken: "missing", "not missing", or "null" for it.
static err_t parse_is(parser_t *parser, const token_t *token, node_t **node)
{
    static const char REMEDY[] = "write x is missing or x is not missing";
    bool negated = parser_at(parser, "not");
    err_t err = negated ? parser_advance(parser) : ERR_OK;
    if (err) {
        return err;
    }
    if (!parser_at(parser, "missing") && !parser_at(parser, "null")) {
        return parser_expected(parser, "'missing'", REMEDY);
    }
    nodes_t items = {0};
    parser_append(parser, &items, *node);
    err = parser_advance(parser);
    err = err ? err : parser_call(parser, "is_missing", token, &items, node);
    return err || !negated ? err : negate(parser, token, node);
}

// in, between, is, and the first two behind "not"; the operator is not taken yet.
static err_t parse_form(parser_t *parser, node_t **node)
{
    token_t token = parser->token;
    bool negated = parser_at(parser, "not");
    err_t err = negated ? parser_advance(parser) : ERR_OK;
    if (err) {
        return err;
    }
    if (parser_at(parser, "in")) {
        err = parser_advance(parser);
        err = err ? err : parse_in(parser, &token, node);
    } else if (parser_at(parser, "between")) {
        err = parser_advance(parser);
        err = err ? err : parse_between(parser, &token, node);
    } else if (negated) {
        return parser_expected(parser, "'in' or 'between'", "put 'not' before what is compared");
    } else {
        err = parser_advance(parser);
        err = err ? err : parse_is(parser, &token, node);
    }
    return err || !negated ? err : negate(parser, &token, node);
}

// Chains of these are one call with many arguments, so that long ones stay flat.
static bool is_flat(const node_t *node, const char *name)
{
    return node->kind == NODE_CALL && strcmp(node->function->name, name) == 0 &&
           node->count < EXPR_LIST_MAX &&
           (strcmp(name, "or") == 0 || strcmp(name, "and") == 0 || strcmp(name, "||") == 0);
}

static err_t parse_binary(parser_t *parser, const operator_t *op, nodes_t *chain, node_t **node)
{
    token_t token = parser->token;
    node_t *right = NULL;
    // What is on the right of ^ may be another ^.
    rank_t rank = op->rank == RANK_POWER ? RANK_SIGN : op->rank + 1;
    bool deeper = op->rank == RANK_POWER; // others come back here with a higher rank only
    err_t err = deeper ? parser_enter(parser) : ERR_OK;
    err = err ? err : parser_advance(parser);
    err = err ? err : parse_rank(parser, rank, &right);
    parser->depth -= deeper;
    if (err) {
        return err;
    }
    if (chain->count > 0 && is_flat(*node, op->name) && (*node)->items == chain->items) {
        parser_append(parser, chain, right);
        (*node)->items = chain->items;
        (*node)->count = (uint32_t)chain->count;
        (*node)->height = right->height >= (*node)->height ? right->height + 1 : (*node)->height;
        return ERR_OK;
    }
    *chain = (nodes_t){0};
    parser_append(parser, chain, *node);
    parser_append(parser, chain, right);
    return parser_call(parser, op->name, &token, chain, node);
}

// Signs and "not".
static err_t parse_prefix(parser_t *parser, rank_t rank, node_t **ret_node)
{
    token_t token = parser->token;
    bool minus = parser_at(parser, "-");
    if (!minus && !(parser_at(parser, "not") && rank <= RANK_NOT)) {
        return operand_parse(parser, ret_node);
    }
    node_t *node;
    err_t err = parser_enter(parser);
    err = err ? err : parser_advance(parser);
    bool least =
        minus && parser->token.kind == TOKEN_NUMBER && parser->token.number_kind == NUMBER_NONE;
    if (err == ERR_OK && least) {
        // The least integer has no positive twin, so that the sign must be read with it.
        parser->token.number = (number_t){.value = -0x1p63, .integer = INT64_MIN};
        parser->token.number_kind = NUMBER_INTEGER;
        err = operand_parse(parser, &node);
    } else if (err == ERR_OK) {
        err = parse_rank(parser, minus ? RANK_SIGN : RANK_NOT, &node);
    }
    parser->depth--;
    if (err == ERR_OK && !least) {
        nodes_t items = {0};
        parser_append(parser, &items, node);
        err = parser_call(parser, minus ? "negative" : "not", &token, &items, &node);
    }
    if (err == ERR_OK) {
        *ret_node = node;
    }
    return err;
}

static err_t parse_rank(parser_t *parser, rank_t rank, node_t **ret_node)
{
    node_t *node = NULL;
    nodes_t chain = {0};
    bool compared = false;
    err_t err = parse_prefix(parser, rank, &node);
    const operator_t *op;
    while (err == ERR_OK && (op = operator_at(parser)) && op->rank >= rank) {
        if (compared && op->rank == RANK_COMPARE) {
            return parser_expected(parser, "'and', 'or' or the end",
                                   "compare two values at a time: a < b and b < c");
        }
        compared = op->rank == RANK_COMPARE;
        err = op->name ? parse_binary(parser, op, &chain, &node) : parse_form(parser, &node);
    }
    if (err == ERR_OK) {
        *ret_node = node;
    }
    return err;
}

err_t syntax_parse_any(parser_t *parser, node_t **ret_node)
{
    return parse_rank(parser, RANK_OR, ret_node);
}

err_t syntax_parse(expr_t *expr, fault_t *fault)
{
    parser_t parser = {
        .source = {.text = expr->text, .size = expr->size, .arena = &expr->syntax},
        .expr = expr,
        .fault = fault,
    };
    err_t err = parser_advance(&parser);
    err = err ? err : syntax_parse_any(&parser, &expr->root);
    if (err == ERR_OK && parser.token.kind != TOKEN_END) {
        err = parser_expected(&parser, "an operator or the end",
                              "join values by operators, as in a + b; put names with spaces in "
                              "backquotes");
    }
    map_release(&parser.names);
    return err;
}
