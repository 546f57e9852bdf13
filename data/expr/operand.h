// SPDX-License-Identifier: MPL-2.0
// What operators stand between: literals, columns, calls, "case" and parentheses.
#pragma once

#include "data/expr/parser.h"

// Parses one operand, behind any sign.
err_t operand_parse(parser_t *parser, node_t **ret_node);

// Parses expressions with commas between them and takes the closing parenthesis too. With
// `values_are_free` literals do not count as nodes.
err_t operand_list(parser_t *parser, nodes_t *ret_items, bool values_are_free);
