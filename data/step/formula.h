// SPDX-License-Identifier: MPL-2.0
// Steps that are an expression (data/expr) over their inputs: the tool of a call is the expression,
// bound to the inputs' types. It is evaluated on words once where a vector is coded.
#pragma once

#include "data/expr/expr.h"
#include "data/step/step.h"

// A text as a literal of the language: "it's" becomes 'it''s'. The caller frees it.
char *formula_quote(const char *text);

// Parses and binds an expression whose columns, in order of appearance, are the call's inputs from
// `first` on. The caller destroys *ret_expr. Errors: those of expr_parse and expr_bind.
err_t formula_bind(const call_t *call, const char *text, size_t first, expr_t **ret_expr,
                   fault_t *fault);

// The same with a format for the text; call->tool becomes the expression.
err_t formula_prepare(call_t *call, fault_t *fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Evaluates the call's tool over its inputs into the one output. As `apply` of kinds whose cells
// are never lost.
err_t formula_apply(const call_t *call, const place_t *place, const vector_t *inputs,
                    vector_t *ret_outputs, fault_t *fault);

// The same, and counts cells of the first input that became missing.
err_t formula_apply_counted(const call_t *call, const place_t *place, const vector_t *inputs,
                            vector_t *ret_outputs, fault_t *fault);

// How many more cells are missing in a vector than in the one it was made of.
int64_t formula_lost(const vector_t *from, const vector_t *to);

// Destroys a tool that is an expression.
void formula_release(void *tool);
