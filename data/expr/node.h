// SPDX-License-Identifier: MPL-2.0
// The tree of an expression, and the expression itself: what the files of this folder share.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "data/expr/expr.h"
#include "data/expr/token.h"
#include "data/value/pattern.h"
#include "data/value/type.h"

typedef struct function function_t;

typedef enum {
    NODE_LITERAL,
    NODE_COLUMN,
    NODE_CALL, // of a function; operators are functions too
} node_kind_t;

// The type of a literal null before something gives it one.
#define TYPE_NULL TYPE_COUNT

enum {
    NODE_CONSTANT = -1, // `only`: there is no column in it
    NODE_MANY = -2,     // `only`: there are several
};

typedef struct node node_t;

// What a call keeps from binding: at most one of the parts each.
typedef struct bound {
    struct bound *next; // all those of an expression, to free what they hold
    pattern_t *pattern;
    pattern_replacement_t *replacement;
    const void *format; // a date_format_t in the arena
    map_t set;          // of the constants behind "in"
    bool has_set;
    bool set_has_missing;
    unsigned group;
} bound_t;

struct node {
    node_kind_t kind;
    type_t type;        // TYPE_NULL: not told yet
    uint32_t at;        // byte of the source
    uint32_t name_size; // of a call, as it is written
    const function_t *function;
    node_t **items; // the arguments
    uint32_t count;
    uint32_t height; // 1 for a leaf
    // Of a bound node:
    uint32_t index; // counted through the tree
    int32_t only;   // the one column it depends on, NODE_CONSTANT or NODE_MANY
    bool may_lose;  // evaluating it may count losses
    bool costly;    // it is worth to leave out rows
    bound_t *bound;
    // Of a leaf:
    uint32_t column;
    bool missing;
    double number;
    int64_t integer;
    text_t text;
};

struct expr {
    char *text;
    size_t size;
    arena_t syntax; // of the parsed tree
    node_t *root;
    char **columns;
    size_t columns_count;
    size_t nodes;
    arena_t memory; // of the bound tree
    node_t *bound;
    size_t bound_nodes;
    bound_t *bounds;
};
