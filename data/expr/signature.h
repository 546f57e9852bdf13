// SPDX-License-Identifier: MPL-2.0
// Which signature of a function fits the types of its arguments (the letters are in function.h).
#pragma once

#include "data/expr/function.h"

// The letter of argument `index`, '\0' when there is none; `ret_needed` is how many arguments there
// must be at least, `ret_most` at most.
char signature_letter(const char *signature, size_t index);
void signature_counts(const char *signature, size_t *ret_needed, size_t *ret_most);

// The common type of two: a number, a time or the same type; false when there is none. TYPE_NULL
// goes with any.
bool signature_unify(type_t a, type_t b, type_t *ret_type);

// Whether a bound call fits a row. `ret_unified` is the type that its n and c arguments become.
bool signature_fits(const function_t *function, const node_t *node, type_t *ret_unified);

// The type an argument must be cast to; TYPE_NULL: it stays as it is.
type_t signature_wanted(char letter, type_t unified);

// The type of the result.
type_t signature_result(const function_t *function, const node_t *node, type_t unified);

// Says why a call fits no row of its function: which argument has which type, what is needed and
// how to get it.
err_t signature_refuse(const expr_t *expr, const node_t *node, fault_t *fault);
