// SPDX-License-Identifier: MPL-2.0
// The words of an expression.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/fault.h"
#include "data/value/number.h"
#include "data/value/vector.h"

typedef enum {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_TEXT,   // 'text' or "text"
    TOKEN_NAME,   // a bare word: a column, a function or a keyword
    TOKEN_QUOTED, // `a column`
    TOKEN_SYMBOL,
} token_kind_t;

typedef struct {
    token_kind_t kind;
    size_t at;   // where it starts, in bytes
    size_t size; // in bytes, quotes included
    text_t text; // TEXT, QUOTED: what is between the quotes, escapes resolved; else the word
    number_kind_t number_kind;
    number_t number;
} token_t;

typedef struct {
    const char *text; // UTF-8
    size_t size;
    arena_t *arena; // for texts with escapes
} source_t;

// Reads the token at or behind byte `at`. ERR_STEP_PARAMETER: a quote that is not closed, a number
// or character that is none of the language.
err_t token_read(const source_t *source, size_t at, token_t *ret_token, fault_t *fault);

// Whether a token is this keyword, in any case, or this symbol.
bool token_is(const token_t *token, const char *word);

// The character, counted from 1, that byte `at` belongs to.
size_t token_position(const source_t *source, size_t at);

// Sets a fault about byte `at`: "at character N: " and the formatted text.
err_t token_fault(const source_t *source, size_t at, fault_t *fault, err_t code, const char *remedy,
                  const char *format, ...) __attribute__((format(printf, 6, 7)));

// At most 40 bytes of a word, cut between characters: for "%.*s" in faults.
int token_shown(const char *text, size_t size);
