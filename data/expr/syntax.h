// SPDX-License-Identifier: MPL-2.0
// From words to a tree: recursive descent, operators by their rank.
#pragma once

#include "data/expr/parser.h"

// Parses expr->text into expr->root and expr->columns, in the arena expr->syntax. Faults as those
// of expr_parse.
err_t syntax_parse(expr_t *expr, fault_t *fault);

// Parses an expression up to what cannot belong to it.
err_t syntax_parse_any(parser_t *parser, node_t **ret_node);
