// SPDX-License-Identifier: MPL-2.0
#include "data/expr/bind.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "data/expr/eval.h"
#include "data/expr/signature.h"

typedef struct {
    expr_t *expr;
    const type_t *types;
    fault_t *fault;
} binder_t;

static err_t bind_node(binder_t *binder, const node_t *from, node_t **ret_node);

err_t bind_fault(const expr_t *expr, const node_t *node, fault_t *fault, err_t code,
                 const char *remedy, const char *format, ...)
{
    char text[FAULT_DETAIL_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    source_t source = {.text = expr->text, .size = expr->size};
    return token_fault(&source, node->at, fault, code, remedy, "%s", text);
}

static err_t constant(const expr_t *expr, const node_t *node, size_t arg, vector_t *ret,
                      fault_t *fault)
{
    // The arena is the expression's own, which this constant is a part of.
    arena_t *memory = (arena_t *)&expr->memory;
    err_t err = eval_constant(expr, node->items[arg], memory, ret, fault);
    if (err == ERR_OK && !vector_is_valid(ret, 0)) {
        return bind_fault(expr, node->items[arg], fault, ERR_STEP_PARAMETER, "give a value",
                          "argument %zu of %s() is missing", arg + 1, node->function->name);
    }
    return err;
}

err_t bind_constant_text(const expr_t *expr, const node_t *node, size_t arg, text_t *ret_text,
                         fault_t *fault)
{
    vector_t cell;
    err_t err = constant(expr, node, arg, &cell, fault);
    if (err == ERR_OK) {
        *ret_text = vector_text(&cell, 0);
        ret_text->bytes = ret_text->bytes ? ret_text->bytes : "";
    }
    return err;
}

err_t bind_constant_integer(const expr_t *expr, const node_t *node, size_t arg,
                            int64_t *ret_integer, fault_t *fault)
{
    vector_t cell;
    err_t err = constant(expr, node, arg, &cell, fault);
    if (err == ERR_OK) {
        *ret_integer = cell.integers[0];
    }
    return err;
}

static node_t *new_node(binder_t *binder, const node_t *from)
{
    node_t *node = arena_alloc(&binder->expr->memory, sizeof *node);
    *node = *from;
    node->index = (uint32_t)binder->expr->bound_nodes++;
    return node;
}

// What a call's items say about it.
static void sum_up(node_t *node)
{
    node->only = NODE_CONSTANT;
    node->may_lose = (node->function->flags & FUNCTION_LOSES) != 0;
    node->costly = node->may_lose || !(node->function->flags & FUNCTION_CHEAP);
    for (size_t i = 0; i < node->count; i++) {
        const node_t *item = node->items[i];
        if (item->only != NODE_CONSTANT && item->only != node->only) {
            node->only = node->only == NODE_CONSTANT ? item->only : NODE_MANY;
        }
        node->may_lose = node->may_lose || item->may_lose;
        node->costly = node->costly || item->costly;
    }
}

static void cast(binder_t *binder, node_t **link, type_t type)
{
    node_t *node = *link;
    if (type == TYPE_NULL || node->type == type) {
        return;
    }
    if (node->kind == NODE_LITERAL) {
        node->number = node->type == TYPE_INTEGER ? (double)node->integer : node->number;
        node->type = type;
        return;
    }
    node_t *made = new_node(binder, node);
    const char *name = type == TYPE_FLOAT ? "(float)" : "(datetime)";
    made->kind = NODE_CALL;
    made->function = function_find(name, strlen(name));
    made->items = arena_alloc(&binder->expr->memory, sizeof(node_t *));
    made->items[0] = node;
    made->count = 1;
    made->type = type;
    made->bound = NULL;
    sum_up(made);
    *link = made;
}

static void cast_items(binder_t *binder, node_t *node, type_t unified)
{
    const char *signature = node->function->signature;
    for (size_t i = 0; i < node->count; i++) {
        char letter = signature_letter(signature, i);
        if (signature[0] == '#') {
            letter = i % 2 == 0 && i + 1 < node->count ? 'b' : 'c';
        }
        type_t wanted = signature_wanted(letter, unified);
        // A null that nothing gives a type is a text, or a date where only a time fits.
        if (wanted == TYPE_NULL && node->items[i]->type == TYPE_NULL) {
            wanted = letter == 'w' ? TYPE_DATE : TYPE_TEXT;
        }
        cast(binder, &node->items[i], wanted);
    }
}

static bool is_null(const node_t *node)
{
    return node->kind == NODE_LITERAL && node->missing;
}

// A comparison with a null that is written down is never true: a mistake.
static err_t check_null(const binder_t *binder, const node_t *node)
{
    const char *name = node->function->name;
    if (node->function->signature[0] != 'c' || !strchr("=<>", name[0]) ||
        (!is_null(node->items[0]) && !is_null(node->items[1]))) {
        return ERR_OK;
    }
    return bind_fault(binder->expr, node, binder->fault, ERR_STEP_PARAMETER,
                      "write x is missing or x is not missing",
                      "a comparison with null is always missing");
}

// Puts the place before what a pattern or a format says about itself.
static err_t prepare(binder_t *binder, node_t *node)
{
    fault_t fault = {0};
    node->bound = arena_alloc(&binder->expr->memory, sizeof *node->bound);
    *node->bound = (bound_t){.next = binder->expr->bounds};
    binder->expr->bounds = node->bound;
    err_t err = node->function->prepare(binder->expr, node, &fault);
    if (err && strncmp(fault.detail, "at character", 12) != 0) {
        return bind_fault(binder->expr, node, binder->fault, err, fault.remedy, "%s", fault.detail);
    }
    if (err && binder->fault) {
        *binder->fault = fault;
    }
    return err;
}

static err_t bind_call(binder_t *binder, node_t *node)
{
    node_t **items = arena_array(&binder->expr->memory, node->count, sizeof(node_t *));
    for (size_t i = 0; i < node->count; i++) {
        err_t err = bind_node(binder, node->items[i], &items[i]);
        if (err) {
            return err;
        }
    }
    node->items = items;
    type_t unified = TYPE_NULL;
    const function_t *function = node->function;
    while (function && !signature_fits(function, node, &unified)) {
        function = function_next(function);
    }
    if (!function) {
        return signature_refuse(binder->expr, node, binder->fault);
    }
    node->function = function;
    err_t err = check_null(binder, node);
    if (err) {
        return err;
    }
    if (unified == TYPE_NULL && strchr(function->signature, 'c')) {
        unified = TYPE_TEXT; // all are null
    }
    cast_items(binder, node, unified);
    node->type = signature_result(function, node, unified);
    sum_up(node);
    return function->prepare ? prepare(binder, node) : ERR_OK;
}

static err_t bind_node(binder_t *binder, const node_t *from, node_t **ret_node)
{
    node_t *node = new_node(binder, from);
    err_t err = ERR_OK;
    switch (node->kind) {
    case NODE_LITERAL:
        node->only = NODE_CONSTANT;
        break;
    case NODE_COLUMN:
        node->type = binder->types[node->column];
        node->type = node->type == TYPE_CATEGORY ? TYPE_TEXT : node->type;
        node->only = (int32_t)node->column;
        break;
    default:
        err = bind_call(binder, node);
    }
    *ret_node = node;
    return err;
}

void bind_release(expr_t *expr)
{
    for (bound_t *bound = expr->bounds; bound; bound = bound->next) {
        pattern_destroy(&bound->pattern);
        pattern_replacement_destroy(&bound->replacement);
        map_release(&bound->set);
    }
    expr->bounds = NULL;
    expr->bound = NULL;
    expr->bound_nodes = 0;
}

err_t bind_tree(expr_t *expr, const type_t *types, fault_t *fault)
{
    bind_release(expr);
    arena_reset(&expr->memory);
    binder_t binder = {.expr = expr, .types = types, .fault = fault};
    node_t *bound;
    err_t err = bind_node(&binder, expr->root, &bound);
    if (err == ERR_OK && bound->type == TYPE_NULL) {
        err = bind_fault(expr, bound, fault, ERR_COLUMN_TYPE,
                         "give it a type, as by text(null) or number(null)",
                         "the expression is always missing and has no type");
    }
    if (err == ERR_OK) {
        expr->bound = bound;
    }
    return err;
}
