// SPDX-License-Identifier: MPL-2.0
// From a parsed tree and the columns' types to one that can be evaluated: signatures are chosen,
// arguments cast, constants compiled.
#pragma once

#include "data/expr/node.h"

// Makes expr->bound anew. Faults as those of expr_bind.
err_t bind_tree(expr_t *expr, const type_t *types, fault_t *fault);

// Frees what the bound tree holds besides expr->memory.
void bind_release(expr_t *expr);

// The value of a constant argument, which must not be missing.
err_t bind_constant_text(const expr_t *expr, const node_t *node, size_t arg, text_t *ret_text,
                         fault_t *fault);
err_t bind_constant_integer(const expr_t *expr, const node_t *node, size_t arg,
                            int64_t *ret_integer, fault_t *fault);

// Sets a fault about a node: "at character N: " and the formatted text.
err_t bind_fault(const expr_t *expr, const node_t *node, fault_t *fault, err_t code,
                 const char *remedy, const char *format, ...) __attribute__((format(printf, 6, 7)));
