// SPDX-License-Identifier: MPL-2.0
// The functions and operators of the language, each once (function.def).
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "data/expr/call.h"

// Letters of a signature, one an argument:
//   i integer   f number, taken as float   n number; those of a call become one type
//   b boolean   t text                     c anything comparable; those of a call become one type
//   d date      m datetime, or a date      w date or datetime
//   a anything  T I constant text, constant integer
//   ? what follows may be left out         * the last one may be repeated
//   # pairs of a condition and a value, then a value: if()
// The result is a type's letter, or n, c, w: the type of those arguments.
struct function {
    const char *name;
    const char *group; // "" for an operator
    const char *signature;
    char result;
    kernel_t *kernel; // NULL for those of `lazy`
    lazy_t *lazy;     // evaluates its arguments itself
    prepare_t *prepare;
    unsigned flags;
    const char *usage;
    const char *help;
    const char *example;
    const char *gives; // the example's result as text(...), "" for missing
};

enum {
    FUNCTION_LENIENT = 1 << 0, // sees missing arguments; the others are missing then
    FUNCTION_LOSES = 1 << 1,   // may count losses
    FUNCTION_CHEAP = 1 << 2,   // a few instructions a cell
    FUNCTION_HIDDEN = 1 << 3,  // a further signature, told with the first one
};

// The first row of a name (any case; functions, or operators by their symbol); NULL: none.
const function_t *function_find(const char *name, size_t size);

// The next row with the same name; NULL: none.
const function_t *function_next(const function_t *function);

// All rows.
const function_t *function_all(size_t *ret_count);

// The function's name that is nearest to a word by edit distance; NULL when none is near.
const char *function_nearest(const char *word, size_t size);
